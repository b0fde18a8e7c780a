// The text that a build's VM runs: first the files of the command line, then the setup.
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, posix, relative, resolve, sep } from 'node:path';
import { MAX_IMAGE_SETUP_BYTES } from '@mymlops/protocol';
import { ExpectedError } from '../core/errors';
import { unreadable } from '../files/unreadable';
import { holdsPrivateKey, secretPartOf } from '../snapshot/secrets';

/** As programs write base64; a line of any length would do. */
const LINE = /.{1,76}/g;
const END_OF_FILE = 'MYMLOPS_END_OF_FILE';
/** Programs whose scripts `bash -c` runs as they are meant. */
const BASH = /^#! ?\S*\/(?:env (?:-\S+ )*)?(?:bash|sh|dash)\b/;
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const UNUSABLE_NAME = /[\u0000-\u001f\u007f]/;

export interface SetupFiles {
  /** `--setup`. */
  setup: string;
  /** `--file`. */
  files: readonly string[];
  /** To which the paths are relative. */
  cwd: string;
  /** The project's folder, without links: files of it keep their paths. */
  folder: string;
}

/** Throws ExpectedError for a file that cannot be read or sent, and where all are too large together. */
export function readSetup({ setup, files, cwd, folder }: SetupFiles): string {
  const bytes = read(resolve(cwd, setup), setup);
  if (holdsPrivateKey(bytes)) throw secret(setup);
  const text = textOf(setup, bytes);
  const parts = files.map((file) => writingOf(file, { cwd, folder }));
  return checkedSize([...parts, text].join(''), files.length > 0);
}

/** A setup of ours. */
export const readOwnSetup = (file: string): string => readFileSync(file, 'utf8');

function read(path: string, name: string): Buffer {
  try {
    // A larger file would only be read to be refused.
    const { size } = statSync(path);
    if (size > MAX_IMAGE_SETUP_BYTES) throw tooLarge(name, size);
    return readFileSync(path);
  } catch (error) {
    if (error instanceof ExpectedError) throw error;
    throw unreadable(name, error);
  }
}

function textOf(name: string, bytes: Buffer): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new ExpectedError(`${name} is not UTF-8. Save it as UTF-8.`, undefined, { cause: error });
  }
  if (text.includes('\0')) throw new ExpectedError(`${name} contains a NUL byte: it is not a shell script.`);
  if (text.trim() === '')
    throw new ExpectedError(`${name} is empty. Write the commands into it that install something.`);
  const [first = ''] = text.split('\n', 1);
  if (first.startsWith('#!') && !BASH.test(first)) {
    throw new ExpectedError(
      `${name} is a script for another program (${first.trim()}), but bash runs the setup. Call it from a setup for bash, and send it along: --file ${name}`,
    );
  }
  if (/\r$/m.test(text)) {
    throw new ExpectedError(
      `${name} has Windows line endings (CRLF), and no shell can run it. Convert them to LF, for example with: perl -pi -e 's/\\r$//' '${name}'`,
    );
  }
  return text;
}

/** Commands that write the file at its path into the folder where the setup runs. */
function writingOf(name: string, { cwd, folder }: Pick<SetupFiles, 'cwd' | 'folder'>): string {
  const bytes = read(resolve(cwd, name), name);
  const file = realpathSync(resolve(cwd, name));
  const path = relative(folder, file).split(sep).join('/');
  if (path.startsWith('../') || isAbsolute(path)) {
    throw new ExpectedError(`${name} is not in ${folder}. --file takes files of the project: copy it there.`);
  }
  if (UNUSABLE_NAME.test(path)) {
    throw new ExpectedError(`${JSON.stringify(path)} has a control character in its name. Rename the file.`);
  }
  if (secretPartOf(path) !== null || holdsPrivateKey(bytes)) throw secret(name);
  const lines = bytes.toString('base64').match(LINE) ?? [];
  const folderOfFile = posix.dirname(path);
  return [
    ...(folderOfFile === '.' ? [] : [`mkdir -p -- ${quoted(folderOfFile)} || exit 1`]),
    `base64 -d >${quoted(`./${path}`)} <<'${END_OF_FILE}' || exit 1`,
    ...lines,
    END_OF_FILE,
    ...(isExecutable(file) ? [`chmod +x ${quoted(`./${path}`)}`] : []),
    '',
  ].join('\n');
}

/** The text of a setup stays in the deployment's database. */
const secret = (name: string): ExpectedError =>
  new ExpectedError(
    `${name} holds secrets, and a setup is stored where others can read it. Store the value, and name it with --secret: mymlops-client secrets set NAME --from-file ${name}`,
  );

const isExecutable = (file: string): boolean => (statSync(file).mode & 0o100) !== 0;

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

function checkedSize(text: string, hasFiles: boolean): string {
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_IMAGE_SETUP_BYTES) throw tooLarge(hasFiles ? 'The setup with its files' : 'The setup', bytes);
  return text;
}

const tooLarge = (what: string, bytes: number): ExpectedError =>
  new ExpectedError(
    `${what} has ${bytes} bytes, but a setup has at most ${MAX_IMAGE_SETUP_BYTES}, with its files as base64. Let the setup download what is large.`,
  );
