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

const errorsOf = (commit: string, more = ''): string[] => {
  const parsed = parseConfig(`commit: {command: x, ${commit}}\n${more}`, () => 'value-of-the-secret');
  return parsed.ok ? [] : parsed.errors.map(({ line, message }) => `${line} ${message}`);
};

describe('the value of a secret was stored with the run where the file named it by $NAME', () => {
  test.each([
    ['in setup', 'setup: "pip install --index-url https://$TOKEN@host/", setup_secrets: [TOKEN]', ''],
    ['in braces', "setup: 'use ${TOKEN}', setup_secrets: [TOKEN]", ''],
    ['in a variable', 'env: {URL: https://$TOKEN@host/}, secrets: [TOKEN]', ''],
    ['as a secret of a profile', 'setup: use $TOKEN', 'profiles: {gpu: {commit: {setup_secrets: [TOKEN]}}}'],
  ])('%s', (_where, commit, more) => {
    expect(errorsOf(commit, more)).toEqual([expect.stringMatching(/^1 \$TOKEN is a secret, .* write \$\$TOKEN: /)]);
  });

  test('in a profile', () => {
    expect(errorsOf('secrets: [TOKEN]', 'profiles: {gpu: {commit: {setup: use $TOKEN}}}')).toEqual([
      expect.stringMatching(/^2 \$TOKEN is a secret/),
    ]);
  });
});

test('the shell gets $NAME of a secret from $$NAME', () => {
  const parsed = parse('setup: use $$TOKEN, setup_secrets: [TOKEN]');
  expect(parsed).toMatchObject({ ok: true, config: { commit: { setup: 'use $TOKEN' } } });
});
