// mymlops.yml as text -> configuration, or every error at once with its line and column.
import { inEnglish } from '@mymlops/protocol';
import { type Document, type Scalar, visit } from 'yaml';
import { checkMeaning } from './check-meaning';
import { type ConfigError, inFileOrder } from './config-error';
import { type Place, describeIssue, meantKeys, nameOf, offsetOf, withoutUnions } from './describe-issue';
import { type Config, configSchema } from './schema';
import { secretNamesIn } from './secret-names';
import { substitute } from './substitute';
import { parseYaml, valuesOf } from './yaml-document';
import { keyNode, nearestNode } from './yaml-nodes';

export type ParsedConfig = { ok: true; config: Config } | { ok: false; errors: ConfigError[] };

/** Variables that a service of an instance gets on its VM: they stay as they are written. */
const OF_THE_VM: readonly string[] = ['MYMLOPS_BIND', 'MYMLOPS_PORT'];

/** `valueOf` gives the value of a `$NAME` in the file, or undefined. */
export function parseConfig(text: string, valueOf: (name: string) => string | undefined): ParsedConfig {
  const { document, at, errors: faults } = parseYaml(text);
  if (faults.length > 0) return { ok: false, errors: inFileOrder(faults) };
  const written = valuesOf(document);
  const secrets = secretNamesIn(written.ok ? written.values : {});
  const isSecret = (name: string): boolean => secrets.has(name);
  const valueHere = (name: string): string | undefined => (OF_THE_VM.includes(name) ? `$${name}` : valueOf(name));
  const errors = substituteScalars(document, (name) => (isSecret(name) ? undefined : valueHere(name))).map(
    ({ node, name }) => at(offsetOf(node), isSecret(name) ? secretHere(name) : withoutValue(name)),
  );
  const read = valuesOf(document);
  if (!read.ok) return { ok: false, errors: [at(0, read.message)] };
  const place = { document, values: read.values, at };
  const checked = configSchema.safeParse(read.values, { error: inEnglish });
  const issues = withoutUnions(checked.error?.issues ?? []);
  const meant = meantKeys(issues);
  errors.push(...issues.flatMap((issue) => describeIssue(issue, place, meant)));
  errors.push(...problemsAt(place, meant));
  if (checked.success && errors.length === 0) return { ok: true, config: checked.data };
  return { ok: false, errors: inFileOrder(errors) };
}

const withoutValue = (name: string): string =>
  `$${name} has no value: add ${name}=... to .env, set it in the environment, or write $$${name} for a variable of the shell`;

const secretHere = (name: string): string =>
  `$${name} is a secret, and what stands here is stored with the run. In a shell command, write $$${name}: its shell on the VM has the value`;

function problemsAt({ document, values, at }: Place, meant: ReadonlySet<string>): ConfigError[] {
  const problems = checkMeaning(values).filter(({ lacks = [] }) => !lacks.some((path) => meant.has(nameOf(path))));
  return problems.map(({ path, message, ofKey }) => {
    const node = ofKey ? keyNode(document, path.slice(0, -1), String(path.at(-1))) : nearestNode(document, path);
    return at(offsetOf(node), `${nameOf(path)}${message.startsWith('is ') ? ' ' : ': '}${message}`);
  });
}

/** Inserts values after parsing, so that no value can change the structure of the file. */
function substituteScalars(
  document: Document,
  valueOf: (name: string) => string | undefined,
): { node: Scalar; name: string }[] {
  const missing: { node: Scalar; name: string }[] = [];
  visit(document, {
    Scalar(key, node) {
      if (key === 'key' || typeof node.value !== 'string' || !node.value.includes('$')) return;
      const result = substitute(node.value, valueOf);
      missing.push(...result.missing.map((name) => ({ node, name })));
      node.value = node.type === 'PLAIN' ? resolvePlain(result.text) : result.text;
    },
  });
  return missing;
}

/** Resolves a plain scalar again: `max_run: $SECONDS` is a number if the value is one. */
function resolvePlain(text: string): unknown {
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  if (/^(null|~)$/i.test(text)) return null;
  return /^[-+]?\d+(\.\d+)?$/.test(text) && String(Number(text)) === text ? Number(text) : text;
}
