// Refusals of ValidateResourceTypeConfig: allowed values, patterns and exclusions of the schema's facts, then the tables of rules/.
import { rulesOf, wholeRulesOf } from './rules';
import { isNested, RESOURCES, type AttributeSchema, type BlockSchema } from './schema';
import { isObject, UNKNOWN, type Value, type Values } from './values';

/** One sentence for each mistake. */
export function validateResource(type: string, values: Values): string[] {
  return [
    ...checkBlock(RESOURCES[type] ?? {}, values, values, ''),
    ...rulesOf(type).flatMap(({ at, allows, must, source }) =>
      valuesAt(values, at.split('.'))
        .filter((value) => value !== null && value !== UNKNOWN)
        .filter((value) => !(allows instanceof RegExp ? allows.test(String(value)) : allows(value)))
        .map((value) => `${at.replace('.*', '')}: ${JSON.stringify(value)} must be ${must} (${source})`),
    ),
    ...wholeRulesOf(type).flatMap(({ refuses, source }) => {
      const sentence = refuses(values);
      return sentence ? [`${sentence} (${source})`] : [];
    }),
  ];
}

function checkBlock(block: BlockSchema, values: Values, root: Values, above: string): string[] {
  return Object.entries(block).flatMap(([name, field]) => {
    const value = values[name] ?? null;
    const path = above + name;
    const others = checkOthers(field, value, root, path);
    if (!isNested(field)) return [...others, ...checkAttribute(field, value, path)];
    const blocks = Array.isArray(value) ? value.filter(isObject) : [];
    return [...others, ...blocks.flatMap((one, index) => checkBlock(field.of, one, root, `${path}.${index}.`))];
  });
}

function checkAttribute({ values: allowed, pattern }: AttributeSchema, value: Value, path: string): string[] {
  if (typeof value !== 'string' || value === '') return [];
  if (allowed && !allowed.includes(value))
    return [`expected ${path} to be one of ${JSON.stringify(allowed)}, got ${value}`];
  if (pattern && !new RegExp(pattern).test(value))
    return [`${path}: ${JSON.stringify(value)} doesn't match regexp ${pattern}`];
  return [];
}

function checkOthers(
  { conflictsWith, exactlyOneOf, atLeastOneOf }: BlockSchema[string],
  value: Value,
  root: Values,
  path: string,
): string[] {
  const given = (names: string[]) => names.filter((name) => isGiven(pathValue(root, name)));
  const conflicts = isGiven(value) ? given(conflictsWith ?? []) : [];
  // A rule inside a block counts only if the block exists.
  const isThere = (names: string[]) => names.every((name) => pathValue(root, name) !== undefined);
  const found = conflicts.map((other) => `"${path}": conflicts with ${other}`);
  const exactly = exactlyOneOf && [...new Set([path, ...exactlyOneOf])];
  if (exactly && isThere(exactly) && given(exactly).length !== 1) {
    found.push(`"${path}": one of \`${exactly.join(',')}\` must be specified, and only one`);
  }
  if (atLeastOneOf && isThere(atLeastOneOf) && given(atLeastOneOf).length === 0) {
    found.push(`"${path}": one of \`${atLeastOneOf.join(',')}\` must be specified`);
  }
  return found;
}

function isGiven(value: Value | undefined): boolean {
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
}

/** By a path such as `replication.0.auto`; undefined where the block is not there. */
function pathValue(root: Values, path: string): Value | undefined {
  return path
    .split('.')
    .reduce<Value | undefined>(
      (value, name) => (Array.isArray(value) ? value[Number(name)] : isObject(value) ? value[name] : undefined),
      root,
    );
}

function valuesAt(value: Value | undefined, [name, ...rest]: string[]): Value[] {
  if (value === undefined) return [];
  if (name === undefined) return [value];
  if (name === '*') return Array.isArray(value) ? value.flatMap((one) => valuesAt(one, rest)) : [];
  if (Array.isArray(value)) return value.flatMap((one) => valuesAt(one, [name, ...rest]));
  return isObject(value) ? valuesAt(value[name], rest) : [];
}
