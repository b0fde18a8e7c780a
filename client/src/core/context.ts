// A command's surroundings: everything that it reads from them, and everything that it prints.
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
  /** Writes to stdout, which is for data only. */
  print(text: string | Uint8Array): void;
  /** Resolves when stdout takes more data. For large data that is written piece by piece. */
  drained(): Promise<void>;
  /** Writes the page of `--help` or `--version` to stdout. */
  printHelp(text: string): void;
  /** Width of stdout in characters. */
  columns(): number;
  /** Writes one line for the user to stderr. */
  notice(line: string): void;
  /** Undefined if stderr is not a terminal. */
  terminal(): Terminal | undefined;
  /** Asks the user a question on the terminal; null without a terminal. */
  ask(question: string): Promise<string | null>;
  /** A value from stdin, or after the prompt from a line that the terminal does not show. See secret-input.ts. */
  secretInput(prompt: string): Promise<Buffer>;
  /** Aborts at Ctrl-C or SIGTERM. */
  interrupted: AbortSignal;
  /** Aborts when the reader of stdout has closed it. */
  stdoutClosed: AbortSignal;
  /** Called one after the other, synchronously, when the process exits in the middle of its work. */
  beforeExit: Set<() => void>;
  /** Works that the process waits for at Ctrl-C, such as Terraform, which writes its state. A second Ctrl-C waits for none. */
  unfinished: Set<object>;
  /** The local cloud's program, started as a process and never imported. */
  localCloudProgram: string;
  /** Folder of the files that `init` writes; the build fills it. */
  templates: string;
}
