// What goes to stdout's descriptor itself, and what through Node's stream for it.
import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { Stdout } from '../../client/src/stdout';
import type { Process } from '../../client/src/main';
import { useTempFolders } from './temp-folder';

const tempFolder = useTempFolders();
const PIPE = 65_536;

interface Opened {
  stdout: Stdout;
  errors: string[];
  /** What the stream was given. */
  streamed: () => string;
  isStreamMade: () => boolean;
}

function open(descriptor: number): Opened {
  const stream = new PassThrough();
  let isStreamMade = false;
  const host = {
    get stdout() {
      isStreamMade = true;
      return stream;
    },
  };
  const errors: string[] = [];
  const onError = (error: NodeJS.ErrnoException): void => void errors.push(error.code ?? '');
  return {
    stdout: new Stdout(host as unknown as Pick<Process, 'stdout'>, onError, descriptor),
    errors,
    streamed: () => (stream.read() as Buffer | null)?.toString() ?? '',
    isStreamMade: () => isStreamMade,
  };
}

/** Both ends of a pipe; the end that is written to never waits. */
function newPipe(): { reader: number; writer: number; read: () => string } {
  const path = join(tempFolder(), 'pipe');
  expect(spawnSync('mkfifo', [path]).status).toBe(0);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  const bytes = Buffer.alloc(4 * PIPE);
  return { reader, writer, read: () => bytes.toString('utf8', 0, readSync(reader, bytes)) };
}

test('one text to a file or a pipe needs no stream, nor does asking for the width', () => {
  const path = join(tempFolder(), 'file');
  const { stdout, isStreamMade } = open(openSync(path, 'w'));
  expect(stdout.columns()).toBe(80);
  stdout.write('help: é\n');
  let isEnded = false;
  stdout.end(() => (isEnded = true));
  expect({ text: readFileSync(path, 'utf8'), isEnded, isStreamMade: isStreamMade() }).toEqual({
    text: 'help: é\n',
    isEnded: true,
    isStreamMade: false,
  });
});

test('all that follows goes through the stream', () => {
  const { writer, read } = newPipe();
  const { stdout, streamed } = open(writer);
  stdout.write('one');
  stdout.write('two');
  stdout.write('three');
  expect([read(), streamed()]).toEqual(['one', 'twothree']);
});

test('a pipe that takes a part leaves the rest to the stream, which waits', () => {
  const { writer, read } = newPipe();
  const { stdout, streamed, errors } = open(writer);
  const text = 'é'.repeat(PIPE);
  stdout.write(text);
  const rest = streamed();
  expect(rest.length).toBeGreaterThan(0);
  expect({ isWhole: read() + rest === text, errors }).toEqual({ isWhole: true, errors: [] });
});

test('a pipe that is full leaves everything to the stream', () => {
  const { writer } = newPipe();
  writeSync(writer, Buffer.alloc(2 * PIPE));
  const { stdout, streamed, errors } = open(writer);
  stdout.write('late');
  expect({ streamed: streamed(), errors }).toEqual({ streamed: 'late', errors: [] });
});

test('a reader that has gone is said once, and nothing is thrown', () => {
  const { reader, writer } = newPipe();
  closeSync(reader);
  const { stdout, isStreamMade, errors } = open(writer);
  stdout.write('text');
  expect({ errors, isStreamMade: isStreamMade() }).toEqual({ errors: ['EPIPE'], isStreamMade: false });
});

test('a device, as a terminal is, goes through the stream: only that knows its width, and a full one', () => {
  const { stdout, streamed } = open(openSync('/dev/null', 'w'));
  stdout.write('text');
  expect(streamed()).toBe('text');
});
