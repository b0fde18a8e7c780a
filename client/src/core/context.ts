// What a command is given of its surroundings: everything it reads from or says to them goes through here.
import { writeJson } from '@mymlops/protocol';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Terminal {
  write(text: string): void;
  columns(): number;
}

export interface Context {
  env: Environment;
  /** Working directory, absolute. */
  cwd: string;
  /** `--project` and `--local`. */
  flags: { project?: string; local?: boolean };
  /** Writes to stdout: data, nothing else. */
  print(text: string | Uint8Array): void;
  /** Resolves when stdout takes more data. For whoever writes much of it, piece by piece. */
  drained(): Promise<void>;
  /** The same for the page that `--help` or `--version` prints. */
  printHelp(text: string): void;
  /** Width of stdout in characters. */
  columns(): number;
  /** Writes one line to stderr: talk. */
  notice(line: string): void;
  /** Undefined where stderr is not a terminal. */
  terminal(): Terminal | undefined;
  /** Asks on the terminal; null where there is nobody to ask. */
  ask(question: string): Promise<string | null>;
  /** Aborts at Ctrl-C or SIGTERM. */
  interrupted: AbortSignal;
  /** Aborts when nobody reads stdout any more. */
  stdoutClosed: AbortSignal;
  /** Called, one after the other and without waiting, when the process exits in the middle of its work. */
  beforeExit: Set<() => void>;
  /** The local cloud's program, started as a process and never imported. */
  localCloudProgram: string;
  /** Folder of the files that `init` writes; the build fills it. */
  templates: string;
}

// What JSON leaves as it is and a terminal obeys: C1 controls, and what reorders text.
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const OBEYED = /[\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** One JSON document on stdout. The members of `texts`, objects in it, are JSON texts. */
export function showJson(context: Context, value: unknown, texts?: ReadonlySet<unknown>): void {
  const text = writeJson(value, { indent: '  ', texts });
  const escaped = text.replace(OBEYED, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
  context.print(`${escaped}\n`);
}
