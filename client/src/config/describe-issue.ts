// An issue of the schema -> a sentence with its line and column. Values are never shown: they may come from .env.
import type { Document, Node } from 'yaml';
import type * as z from 'zod/mini';
import type { ConfigError } from './config-error';
import { nearestKey } from '../core/nearest-key';
import { placeBelow, validKeysAt } from './valid-keys';
import { keyNode, nearestNode, nodeAt } from './yaml-nodes';

type Issue = z.core.$ZodIssue;

export interface Place {
  document: Document;
  values: unknown;
  at(offset: number, message: string): ConfigError;
}

/** `meant`: from meantKeys. A misspelt key is not also reported as missing. */
export function describeIssue(issue: Issue, place: Place, meant: ReadonlySet<string>): ConfigError[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => describeUnknownKey(issue.path, key, place));
  const { document, values, at } = place;
  if (issue.code === 'invalid_key') {
    const key = keyNode(document, issue.path.slice(0, -1), String(issue.path.at(-1)));
    return [at(offsetOf(key), `${nameOf(issue.path)}: ${issue.issues[0]?.message ?? issue.message}`)];
  }
  const isMissing = nodeAt(document, issue.path) === undefined && issue.path.length > 0;
  if (isMissing && meant.has(nameOf(issue.path))) return [];
  const value = valueAt(values, issue.path);
  const what = isMissing ? ' is missing' : value === null ? ' has no value' : `: ${sentenceOf(issue, value)}`;
  return [at(offsetOf(nearestNode(document, issue.path)), `${nameOf(issue.path)}${what}`)];
}

/** Replaces each issue of a union by the issues of the option that was meant. */
export function withoutUnions(issues: readonly Issue[]): Issue[] {
  return issues.flatMap((issue) => {
    const nearest = issue.code === 'invalid_union' ? nearestOption(issue) : undefined;
    return nearest ? withoutUnions(nearest) : [issue];
  });
}

/** The valid keys that the unknown ones most likely stand for. */
export function meantKeys(issues: readonly Issue[]): Set<string> {
  const unknown = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => ({ path: issue.path, key })) : [],
  );
  return new Set(
    unknown.flatMap(({ path, key }) => {
      const meant = meantKey(key, validKeysAt(path));
      return meant === undefined ? [] : [nameOf([...path, meant])];
    }),
  );
}

function describeUnknownKey(path: readonly PropertyKey[], key: string, { document, at }: Place): ConfigError {
  const valid = validKeysAt(path);
  const meant = meantKey(key, valid);
  const place = meant ? undefined : placeBelow(path, key);
  const hint = meant
    ? `did you mean ${meant}?`
    : place
      ? `it belongs under ${nameOf(place)}`
      : `valid here: ${valid.join(', ')}`;
  return at(offsetOf(keyNode(document, path, key)), `unknown key ${nameOf([...path, key])}; ${hint}`);
}

/** Names that other tools have for ours. */
const ELSEWHERE: Record<string, string> = {
  timeout: 'max_run',
  type: 'machine_type',
  gpu: 'accelerator',
  gpus: 'accelerator_count',
};

function meantKey(key: string, valid: readonly string[]): string | undefined {
  const elsewhere = Object.hasOwn(ELSEWHERE, key) ? ELSEWHERE[key] : undefined;
  return elsewhere !== undefined && valid.includes(elsewhere) ? elsewhere : nearestKey(key, valid);
}

/** The issues of the option of a union that was meant: the one whose kind of value it is. */
function nearestOption({ path, errors }: Extract<Issue, { code: 'invalid_union' }>): Issue[] | undefined {
  const ofKind = errors.filter(
    (issues) => !issues.some((inner) => inner.code === 'invalid_type' && inner.path.length === 0),
  );
  const [fewest] = ofKind.toSorted((left, right) => left.length - right.length);
  return fewest?.map((inner) => ({ ...inner, path: [...path, ...inner.path] }));
}

const WORDS: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
};

function sentenceOf(issue: Issue, value: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${WORDS[issue.expected] ?? issue.expected}, not ${kindOf(value)}${hintFor(issue, value)}`;
    case 'invalid_value': {
      const allowed = issue.values.map(String);
      const meant = typeof value === 'string' ? nearestKey(value, allowed) : undefined;
      return `must be one of ${allowed.join(', ')}${meant ? `; did you mean ${meant}?` : ''}`;
    }
    case 'too_small':
      return issue.origin === 'number' ? `must be ${issue.minimum} or more` : 'is empty';
    case 'too_big':
      return `must be ${issue.maximum} or less`;
    case 'invalid_union':
      return unionSentence(issue, value);
    default:
      return issue.message;
  }
}

/** No option of a union fits: the schema's own sentence, else the kinds of all options. */
function unionSentence({ errors, message }: Extract<Issue, { code: 'invalid_union' }>, value: unknown): string {
  if (message !== 'Invalid input') return message;
  const kinds = errors.flatMap(([first]) =>
    first?.code === 'invalid_type' ? [WORDS[first.expected] ?? first.expected] : [],
  );
  return `must be ${[...new Set(kinds)].join(' or ')}, not ${kindOf(value)}`;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  const kind = WORDS[typeof value] ?? 'something else';
  return typeof value === 'number' && !Number.isInteger(value) ? 'a fraction' : kind;
}

const EXAMPLES: Record<string, string> = {
  disk: '{size: 200GB}',
  output_repository: '{url: git@github.com:me/results.git}',
};

/** A hint for the most frequent mistakes. YAML 1.1 had more words for true and false. */
function hintFor({ expected, path }: Extract<Issue, { code: 'invalid_type' }>, value: unknown): string {
  if (expected === 'string' && ['number', 'boolean'].includes(typeof value)) return ': put it in quotes';
  if (expected === 'object' && typeof value === 'string' && /^\w+:\S/.test(value))
    return ': write a space after the colon';
  const example = expected === 'object' ? EXAMPLES[String(path.at(-1))] : undefined;
  if (example !== undefined) return `: write ${example}`;
  const isOldBoolean = typeof value === 'string' && /^(y|n|yes|no|on|off)$/i.test(value);
  return expected === 'boolean' && isOldBoolean ? ': write true or false' : '';
}

export const nameOf = (path: readonly PropertyKey[]): string => path.map(String).join('.') || 'the file';

export const offsetOf = (node: Node | undefined): number => node?.range?.[0] ?? 0;

function valueAt(values: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    values,
  );
}
