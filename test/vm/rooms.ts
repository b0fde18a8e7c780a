// The agent's scripts by their rooms: common/ is any VM's, run/ a run's.
import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const FOLDER = resolve(__dirname, '../../functions/vm');

/** The scripts of a room, such as `run` or `run/shutdown`, in the order in which they are built. */
export function scriptsOf(room: string): string[] {
  return readdirSync(join(FOLDER, room))
    .filter((name) => name.endsWith('.sh'))
    .toSorted()
    .map((name) => readFileSync(join(FOLDER, room, name), 'utf8'));
}

/** What bash and its environment define. */
const GIVEN = new Set(['REPLY', 'HOME', 'LC_ALL', 'PATH', 'GCE_METADATA_HOST', 'MYMLOPS_VM']);
const isGiven = (name: string): boolean => GIVEN.has(name) || /^(BASH|EPOCHREALTIME$|LINENO$|SECONDS$)/.test(name);

const codeOf = (script: string): string => script.replaceAll(/(^|\s)#[ !].*/gm, '$1');

function namesOf(code: string, ...patterns: RegExp[]): Set<string> {
  const found = patterns.flatMap((pattern) => [...code.matchAll(pattern)].map(([, names = '']) => names));
  return new Set(found.flatMap((names) => names.split(/[^A-Za-z0-9_]+/)).filter((name) => /^[A-Za-z_]/.test(name)));
}

export const functionsOf = (scripts: readonly string[]): Set<string> =>
  namesOf(codeOf(scripts.join('\n')), /^ *([a-z_0-9]+)\(\) [{(]/gm);

const variablesOf = (code: string): Set<string> =>
  namesOf(
    code,
    /(?<![\w$.{/-])([A-Za-z_]\w*)(?:\[[^\]]*\])?\+?=/g,
    /\blocal ([^;\n]*)/g,
    /\bread(?: -[a-z]+(?: (?:''|\d+|"[^"]*"))?)*((?: [A-Za-z_]\w*)+)/g,
    /\bprintf -v (\w+)/g,
    /\bfor (\w+) in\b/g,
    /\bfor \(\((\w+)/g,
  );

/** `${!GIT_*}` names no variable: it lists those that begin so. */
const usesOf = (code: string): Set<string> =>
  namesOf(code, /\$\{?[#!]?(?!\w+\*\})([A-Za-z_]\w*)/g, /\(\(((?:[^()]|\([^()]*\))*)\)\)/g);

/** The names that scripts use although none of them defines these: variables, and functions of `others`. */
export function findForeignNames(scripts: readonly string[], others: readonly string[]): string[] {
  const code = codeOf(scripts.join('\n'));
  const variables = variablesOf(code);
  const functions = functionsOf(scripts);
  const words = new Set(code.replaceAll(/=\w+/g, '').split(/[^A-Za-z0-9_]+/)); // a plain value, such as in who=main, is not a call
  return [
    ...[...usesOf(code)].filter((name) => !variables.has(name) && !isGiven(name)),
    ...[...functionsOf(others)].filter((name) => !functions.has(name) && words.has(name)),
  ];
}
