// The keys of mymlops.yml about variables and secrets.
import { notImplemented } from '../../../client/src/config/not-implemented';
import { parseConfig } from '../../../client/src/config/parse-config';

const parse = (commit: string) => parseConfig(`commit: {command: x, ${commit}}`, () => undefined);

test('variables become texts, and names of secrets stay as they are', () => {
  const parsed = parse('env: {A: text, B: 3, C: true}, secrets: [API_KEY], setup_secrets: [TOKEN]');
  expect(parsed).toMatchObject({
    ok: true,
    config: {
      commit: { env: { A: 'text', B: '3', C: 'true' }, secrets: ['API_KEY'], setup_secrets: ['TOKEN'] },
    },
  });
  expect(parsed.ok && notImplemented(parsed.config)).toEqual([]);
});

test.each([
  ['secrets: [API-KEY]', /commit\.secrets.*a name has letters, digits and _/],
  ['secrets: [PATH]', /neither a variable of the shell or system/],
  ['secrets: []', /commit\.secrets/],
  ['setup_secrets: TOKEN', /commit\.setup_secrets/],
  ['env: {MYMLOPS_RUN: x}', /nor one of MYMLOPS_/],
  ['env: {A: [x]}', /must be a text, a number, true or false/],
])('%s is refused', (commit, message) => {
  const parsed = parse(commit);
  expect(parsed.ok ? '' : parsed.errors.map((error) => error.message).join('\n')).toMatch(message);
});
