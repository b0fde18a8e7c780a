// Filter expressions of list calls, the simple ones: comparisons joined by AND, or side by side in parentheses.
import { HttpError } from '../shared/http';

export type Predicate = (resource: object) => boolean;

const TOKEN = /\s*(?:(\()|(\))|(!=|=|:)|"((?:[^"\\]|\\.)*)"|([^\s()=!:"]+))/y;
type Token = { kind: '(' | ')' | 'operator' | 'word' | 'text'; text: string };
const OPERATORS = ['=', '!=', ':', 'eq', 'ne'];

/** @throws HttpError 400 for what is not supported here (OR, NOT, comparisons of order): no answer is better than a wrong one. */
export function parseFilter(text: string): Predicate {
  const tokens = tokensOf(text);
  const predicates: Predicate[] = [];
  let depth = 0;
  for (let at = 0; at < tokens.length;) {
    const token = tokens[at];
    if (token?.kind === '(') depth += 1;
    else if (token?.kind === ')') depth -= 1;
    else if (!(token?.kind === 'word' && token.text === 'AND')) {
      predicates.push(comparison(text, tokens.slice(at, at + 3)));
      at += 2;
    }
    if (depth < 0) throw badFilter(text);
    at += 1;
  }
  if (depth !== 0) throw badFilter(text);
  return (resource) => predicates.every((holds) => holds(resource));
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const trimmed = text.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < trimmed.length) {
    const match = TOKEN.exec(trimmed);
    if (!match) throw badFilter(text);
    const [, open, close, operator, quoted, word] = match;
    if (open) tokens.push({ kind: '(', text: open });
    else if (close) tokens.push({ kind: ')', text: close });
    else if (operator) tokens.push({ kind: 'operator', text: operator });
    else if (quoted !== undefined) tokens.push({ kind: 'text', text: quoted.replace(/\\(.)/g, '$1') });
    else tokens.push({ kind: 'word', text: word ?? '' });
  }
  return tokens;
}

function comparison(filter: string, [field, operator, value]: Token[]): Predicate {
  const isValue = value?.kind === 'word' || value?.kind === 'text';
  if (field?.kind !== 'word' || !operator || !isValue || !OPERATORS.includes(operator.text)) throw badFilter(filter);
  const path = field.text.split('.');
  const matches = matcher(filter, operator.text, value.text);
  return (resource) => matches(valueAt(resource, path));
}

function matcher(filter: string, operator: string, wanted: string): (value: string | undefined) => boolean {
  if (operator === '=') return (value) => value === wanted;
  if (operator === '!=') return (value) => value !== wanted;
  if (operator === ':') return (value) => value !== undefined && (wanted === '*' || value.includes(wanted));
  let pattern: RegExp;
  try {
    pattern = new RegExp(`^(?:${wanted})$`);
  } catch {
    throw badFilter(filter);
  }
  const isMatch = (value: string | undefined): boolean => value !== undefined && pattern.test(value);
  return operator === 'eq' ? isMatch : (value) => !isMatch(value);
}

function valueAt(resource: object, path: readonly string[]): string | undefined {
  let node: unknown = resource;
  for (const name of path) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, name)) return undefined;
    node = (node as Record<string, unknown>)[name];
  }
  return node === undefined || typeof node === 'object' ? undefined : String(node);
}

function badFilter(text: string): HttpError {
  return new HttpError(400, 'invalid', `Invalid value for field 'filter': '${text}'. Invalid list filter expression.`);
}
