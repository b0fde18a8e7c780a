// Shared by the definitions of all commands.
import { type Command, Option } from 'commander';
import type { Context } from '../core/context';

/** Handed to the action of a command. */
export interface Invocation {
  /** The context with the flags --project and --local. Throws ExpectedError if they contradict each other. */
  context(): Context;
  /** Takes the exit code. */
  finish(code: number): void;
}

/** Adds a command to the program. */
export type AddCommand = (program: Command, invocation: Invocation) => void;

export const RUN = 'an id, a unique part of one, or `latest`';
export const RUNS_HELP = 'ids, unique parts of ids, or `latest`';

export function jsonOption(): Option {
  return new Option('--json', 'one JSON document on stdout');
}

/** The end of a command's help: lines to copy. */
export function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  mymlops-client ${line}`).join('\n')}`;
}
