// The type of a rule, and the parts that several rules share.
import { isObject, UNKNOWN, type Value, type Values } from '../values';

export interface Rule {
  /** Names, from block to block: push_config.push_endpoint. */
  at: string;
  allows: RegExp | ((value: Value) => boolean);
  /** What is allowed, after "must be". */
  must: string;
  source: string;
}

/** A rule about several attributes of one resource. */
export interface WholeRule {
  refuses(values: Values): string | undefined;
  source: string;
}

export type Rules = Record<string, Rule[]>;
export type WholeRules = Record<string, WholeRule[]>;

export const seconds = (value: Value) =>
  /^\d+(?:\.\d{1,9})?s$/.test(String(value)) ? Number.parseFloat(String(value)) : Number.NaN;
export const within = (low: number, high: number) => (value: Value) => {
  const number = typeof value === 'number' ? value : seconds(value);
  return number >= low && number <= high;
};
export const isBase64 = (value: Value) => Buffer.from(String(value), 'base64').toString('base64') === String(value);
export const isJson = (value: Value) => {
  try {
    JSON.parse(String(value));
    return true;
  } catch {
    return false;
  }
};

export function isBalanced(text: string): boolean {
  const bare = text.replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '');
  if (/["']/.test(bare)) return false;
  let depth = 0;
  for (const letter of bare) {
    if (letter === '(') depth += 1;
    if (letter === ')') depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}

export const firstOf = (values: Values, name: string): Values | undefined => {
  const value = values[name];
  return Array.isArray(value) && isObject(value[0]) ? value[0] : undefined;
};

export const LABEL_KEYS: Rule = {
  at: 'labels',
  allows: (labels) =>
    isObject(labels) &&
    Object.keys(labels).length <= 64 &&
    Object.entries(labels).every(
      ([key, value]) =>
        /^[a-z][a-z0-9_-]{0,62}$/.test(key) && (value === UNKNOWN || /^[a-z0-9_-]{0,63}$/.test(String(value))),
    ),
  must: 'at most 64 labels, whose keys and values have at most 63 of a-z, 0-9, _ and -',
  source: 'https://cloud.google.com/compute/docs/labeling-resources#requirements',
};
