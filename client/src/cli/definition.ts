// What the definitions of verbs share.
import { type Command, Option } from 'commander';
import type { Context } from '../core/context';

/** What a verb is given when it runs. */
export interface Invocation {
  /** The surroundings, with what the program's own options chose. Throws ExpectedError where these contradict. */
  context(): Context;
  /** Takes the exit code. */
  finish(code: number): void;
}

/** Adds a verb to the program. */
export type AddCommand = (program: Command, invocation: Invocation) => void;

export const RUN = 'an id, a unique part of one, or `latest`';
export const RUNS = 'ids, unique parts of ids, or `latest`';

export function jsonOption(): Option {
  return new Option('--json', 'one JSON document on stdout');
}

/** What the help of a verb ends with: lines to copy. */
export function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  mymlops-client ${line}`).join('\n')}`;
}
