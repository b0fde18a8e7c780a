// docs/configuration.md has every key of mymlops.yml, and no other; its examples are valid.
import Ajv from 'ajv';
import { parse } from 'yaml';
import { jsonSchema } from '../../client/src/config/json-schema';
import { parseConfig } from '../../client/src/config/parse-config';
import { keysOf, type Schema } from '../client/config/schema-keys';
import { readPage, sectionOf } from './pages';

const schema = jsonSchema() as Schema;
const page = readPage('docs/configuration.md');

/** The page names machine specs and repositories once. */
function nameInTable(path: readonly string[]): string {
  return path
    .join('.')
    .replace(/^instance_types\.\*\.|^(commit|start)\.instance\./, 'instance.')
    .replace(/^(commit|start)\.(output_)?repository\./, 'repository.');
}

/** What is under `profiles` is what is under `commit` and `start`; the line of `dashboard` names its two keys. */
const hasLine = (name: string): boolean => !/^(profiles|dashboard)\./.test(name);

test('the table has every key, and no other', () => {
  const documented = new Set(Array.from(sectionOf(page, 'Keys').matchAll(/^\| `([a-z_.*]+)`/gm), ([, key]) => key));
  const names = keysOf(schema).map(({ path }) => nameInTable(path));
  expect(documented).toEqual(new Set(names.filter(hasLine)));
});

test('the examples are valid', () => {
  const isValid = new Ajv({ strict: false }).compile(schema);
  const examples = Array.from(page.text.matchAll(/^```yaml\n([^]*?)^```$/gm), ([, text = '']) => text);
  expect(examples.length).toBeGreaterThan(1);
  for (const text of examples) {
    expect(parseConfig(text, (name) => (name === 'MYMLOPS_HOME' ? '/state' : undefined))).toMatchObject({ ok: true });
    isValid(parse(text));
    expect(isValid.errors).toBeNull();
  }
});
