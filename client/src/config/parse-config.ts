// mymlops.yml as text -> configuration, or every error at once with its line and column.
import {
  LineCounter,
  type Document,
  type Node,
  type Scalar,
  isMap,
  isNode,
  isScalar,
  parseDocument,
  visit,
} from 'yaml';
import type { z } from 'zod';
import { nearestKey } from './nearest-key';
import { type Config, configSchema, validKeysAt } from './schema';
import { substitute } from './substitute';

export interface ConfigError {
  line: number;
  column: number;
  message: string;
}

export type ParsedConfig = { ok: true; config: Config } | { ok: false; errors: ConfigError[] };

/** `valueOf` gives the value of a `$NAME` in the file, or undefined. */
export function parseConfig(text: string, valueOf: (name: string) => string | undefined): ParsedConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const at = (offset: number, message: string): ConfigError => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col, message };
  };
  if (document.errors.length > 0) {
    return { ok: false, errors: document.errors.map((error) => at(error.pos[0], firstLine(error.message))) };
  }
  const errors = substituteScalars(document, valueOf).map(({ node, name }) =>
    at(offsetOf(node), `$${name} has no value: put ${name}=... into .env, or set it in the environment`),
  );
  const checked = configSchema.safeParse(document.toJS() ?? {});
  if (!checked.success) {
    for (const issue of checked.error.issues) errors.push(...describeIssue(document, issue, at));
  }
  if (errors.length > 0 || !checked.success) {
    return {
      ok: false,
      errors: errors.toSorted((left, right) => left.line - right.line || left.column - right.column),
    };
  }
  return { ok: true, config: checked.data };
}

/** Values go in after parsing, so that no value can change the file's structure. */
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

/** A plain scalar is resolved again: `max_run: $SECONDS` is a number when the value is one. */
function resolvePlain(text: string): unknown {
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  if (/^(null|~)$/i.test(text)) return null;
  return /^[-+]?\d+(\.\d+)?$/.test(text) && String(Number(text)) === text ? Number(text) : text;
}

function describeIssue(
  document: Document,
  issue: z.core.$ZodIssue,
  at: (offset: number, message: string) => ConfigError,
): ConfigError[] {
  if (issue.code === 'unrecognized_keys') {
    const valid = validKeysAt(issue.path);
    return issue.keys.map((key) => {
      const meant = nearestKey(key, valid);
      const hint = meant ? `did you mean ${meant}?` : `valid here: ${valid.join(', ')}`;
      return at(offsetOf(keyNode(document, issue.path, key)), `unknown key ${nameOf([...issue.path, key])}; ${hint}`);
    });
  }
  const node = nodeAt(document, issue.path);
  const missing = issue.code === 'invalid_type' && node === undefined;
  const message = missing ? 'is missing' : lowerFirst(issue.message);
  const separator = missing ? ' ' : ': ';
  return [at(offsetOf(nearestNode(document, issue.path)), `${nameOf(issue.path)}${separator}${message}`)];
}

const nameOf = (path: readonly PropertyKey[]): string => path.map(String).join('.') || 'the file';

const lowerFirst = (message: string): string => message.charAt(0).toLowerCase() + message.slice(1);

const firstLine = (message: string): string => (message.split('\n')[0] ?? '').replace(/ at line .*$/, '');

function nodeAt(document: Document, path: readonly PropertyKey[]): Node | undefined {
  const node: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
  return isNode(node) ? node : undefined;
}

/** The node at `path`, or that of its nearest ancestor there is. */
function nearestNode(document: Document, path: readonly PropertyKey[]): Node | undefined {
  for (let length = path.length; length >= 0; length--) {
    const node = nodeAt(document, path.slice(0, length));
    if (node) return node;
  }
  return undefined;
}

function keyNode(document: Document, path: readonly PropertyKey[], key: string): Node | undefined {
  const map = nodeAt(document, path);
  if (!isMap(map)) return map;
  const pair = map.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
  return isNode(pair?.key) ? pair.key : map;
}

const offsetOf = (node: Node | undefined): number => node?.range?.[0] ?? 0;
