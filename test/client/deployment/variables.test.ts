// Variables that `deploy --set` may give.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readAssignment, VARIABLES } from '../../../client/src/deployment/variables';

const MODULE = join(__dirname, '../../../deploy/gcp/modules/mymlops/variables.tf');
/** Chosen by `deploy` itself, or by flags of their own. */
const OWN = ['project', 'region', 'deployment', 'bucket_suffix', 'functions_zip', 'functions_version', 'oldest_client'];
const KINDS: Record<string, string> = {
  string: 'text',
  number: 'number',
  bool: 'boolean',
  'set(string)': 'list',
  'map(string)': 'map',
};

test('they are the variables of the module, with their types', () => {
  const text = readFileSync(MODULE, 'utf8');
  const found = [...text.matchAll(/^variable "(\w+)" \{[^]*?^ {2}type +=( .+)$/gm)].map(([, name, type]) => [
    name ?? '',
    KINDS[(type ?? '').trim()],
  ]);
  const all = [...text.matchAll(/^variable "(\w+)"/gm)];
  expect(found).toHaveLength(all.length);
  expect(Object.fromEntries(found.filter(([name]) => !OWN.includes(name ?? '')))).toEqual(VARIABLES);
});

test.each([
  ['max_parallel=4', { name: 'max_parallel', value: 4 }],
  ['enable_apis=false', { name: 'enable_apis', value: false }],
  ['image=projects/p/global/images/i', { name: 'image', value: 'projects/p/global/images/i' }],
  ['users=user:a@b.c, user:d@e.f,user:a@b.c', { name: 'users', value: ['user:a@b.c', 'user:d@e.f'] }],
  ['labels=team=vision, cost=a=b', { name: 'labels', value: { team: 'vision', cost: 'a=b' } }],
  ['alert_emails=', { name: 'alert_emails', value: undefined }],
])('%s', (text, read) => {
  expect(readAssignment(text)).toEqual(read);
});

test.each([
  ['max_parallel', /write NAME=VALUE/],
  ['=4', /write NAME=VALUE/],
  ['max_paralel=4', /Is it max_parallel\?/],
  ['constructor=4', /there is no variable constructor/],
  ['zzzzzzzzzzzzzzzzzzzzzzzzzzzzz=4', /It is one of alert_emails, /],
  ['region=europe-west4', /there is no variable region/],
  ['max_parallel=many', /whole number/],
  ['max_parallel=-1', /whole number/],
  ['enable_apis=yes', /true or false/],
  ['labels=team', /KEY=VALUE/],
])('--set %s is refused', (text, sentence) => {
  expect(() => readAssignment(text)).toThrow(sentence);
});
