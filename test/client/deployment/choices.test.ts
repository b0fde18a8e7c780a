// The choices that make a deployment, and what an existing one cannot become.
import { VERSION } from '@mymlops/protocol';
import { chooseAnew, parseChoices, type Choices, type Wanted } from '../../../client/src/deployment/choices';

const KNOWN: Choices = {
  ...({ v: 1, project: 'my-project', region: 'europe-west4', deployment: 'mymlops' } as const),
  ...{ bucketSuffix: 'bcdfghjk', version: VERSION, variables: { users: ['user:a@b.c'], max_parallel: 4 } },
};
const WANTED: Wanted = { project: 'my-project', deployment: 'mymlops', users: [], assignments: [] };

test('without a wish nothing changes', () => {
  expect(chooseAnew(KNOWN, WANTED)).toEqual(KNOWN);
  expect(chooseAnew(KNOWN, { ...WANTED, region: 'europe-west4' })).toEqual(KNOWN);
});

test('users are added; --set replaces, or brings the default back', () => {
  const users = ['user:d@e.f', 'user:a@b.c'];
  expect(chooseAnew(KNOWN, { ...WANTED, users }).variables['users']).toEqual(['user:a@b.c', 'user:d@e.f']);
  const assignments = ['users=group:g@b.c', 'max_parallel='];
  expect(chooseAnew(KNOWN, { ...WANTED, assignments }).variables).toEqual({ users: ['group:g@b.c'] });
  expect(KNOWN.variables).toEqual({ users: ['user:a@b.c'], max_parallel: 4 });
});

test('it cannot move', () => {
  expect(() => chooseAnew(KNOWN, { ...WANTED, region: 'us-east1' })).toThrow(/is in europe-west4, and its database/);
});

test.each([
  ['0.3.0', '0.2.9', true],
  ['0.1.7', '0.2.0', true],
  ['0.2.1', '0.2.0', true],
])('functions %s over %s: an upgrade or a way back', (own, version) => {
  expect(chooseAnew({ ...KNOWN, version }, WANTED, own).version).toBe(own);
});

test.each([
  [
    '0.4.0',
    '0.2.0',
    /goes one minor version on at a time\. Go step by step: npx mymlops-client@0\.3 deploy --project my-project/,
  ],
  ['0.2.0', '0.4.1', /goes one minor version back at a time\. Go step by step: npx mymlops-client@0\.3 /],
  ['1.0.0', '0.9.0', /goes one minor version on/],
])('functions %s over %s are refused', (own, version, sentence) => {
  expect(() => chooseAnew({ ...KNOWN, version }, WANTED, own)).toThrow(sentence);
});

test.each([
  ['nothing', undefined],
  ['another form', { ...KNOWN, v: 2 }],
  ['a part', { v: 1, project: 'my-project' }],
  ['a variable of another type', { ...KNOWN, variables: { users: [1] } }],
])('a document with %s is not read as choices', (_what, document) => {
  expect(() => parseChoices(document, 'gs://b/choices.json')).toThrow(/gs:\/\/b\/choices\.json cannot be read/);
});

test('what was written is read', () => {
  expect(parseChoices(JSON.parse(JSON.stringify(KNOWN)), 'x')).toEqual(KNOWN);
});
