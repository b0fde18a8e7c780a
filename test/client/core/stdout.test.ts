// What goes to stdout's descriptor itself, and what through Node's stream for it.
import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { Stdout } from '../../../client/src/core/stdout';
import type { Process } from '../../../client/src/core/process';
import { useTempFolders } from '../temp-folder';

const tempFolder = useTempFolders();
const PIPE = 65_536;

const descriptors = new Set<number>();
const opening = (path: string, flags: string | number): number => {
  const descriptor = openSync(path, flags);
  descriptors.add(descriptor);
  return descriptor;
};
const close = (descriptor: number): void => {
  if (descriptors.delete(descriptor)) closeSync(descriptor);
};
afterEach(() => descriptors.forEach(close));

interface Opened {
  stdout: Stdout;
  stream: PassThrough;
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
    stream,
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
  const reader = opening(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = opening(path, constants.O_WRONLY | constants.O_NONBLOCK);
  const bytes = Buffer.alloc(4 * PIPE);
  return { reader, writer, read: () => bytes.toString('utf8', 0, readSync(reader, bytes)) };
}

test('a page of help to a file or a pipe needs no stream, nor does asking for the width', () => {
  const path = join(tempFolder(), 'file');
  const { stdout, isStreamMade } = open(opening(path, 'w'));
  expect(stdout.columns()).toBe(80);
  stdout.writeHelp('help: é\n');
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
  stdout.writeHelp('one');
  stdout.write('two');
  stdout.writeHelp('three');
  expect([read(), streamed()]).toEqual(['one', 'twothree']);
});

test('a pipe that takes a part leaves the rest to the stream, which waits', () => {
  const { writer, read } = newPipe();
  const { stdout, streamed, errors } = open(writer);
  const text = 'é'.repeat(PIPE);
  stdout.writeHelp(text);
  const rest = streamed();
  expect(rest.length).toBeGreaterThan(0);
  expect({ isWhole: read() + rest === text, errors }).toEqual({ isWhole: true, errors: [] });
});

test('a pipe that is full leaves everything to the stream', () => {
  const { writer } = newPipe();
  writeSync(writer, Buffer.alloc(2 * PIPE));
  const { stdout, streamed, errors } = open(writer);
  stdout.writeHelp('late');
  expect({ streamed: streamed(), errors }).toEqual({ streamed: 'late', errors: [] });
});

test('a reader that has gone is reported once, and nothing is thrown', () => {
  const { reader, writer } = newPipe();
  close(reader);
  const { stdout, isStreamMade, errors } = open(writer);
  stdout.writeHelp('text');
  expect({ errors, isStreamMade: isStreamMade() }).toEqual({ errors: ['EPIPE'], isStreamMade: false });
});

test('a device, as a terminal is, goes through the stream, which knows its width', () => {
  const { stdout, streamed, stream } = open(opening('/dev/null', 'w'));
  Object.assign(stream, { isTTY: true, columns: 132 });
  expect(stdout.columns()).toBe(132);
  stdout.writeHelp('text');
  expect(streamed()).toBe('text');
});

// It took a whole log at once, and was deaf to SIGTERM for as long as nobody read it.
test('data never goes to the descriptor itself, however short', () => {
  const { writer, read } = newPipe();
  const { stdout, streamed } = open(writer);
  stdout.write('data');
  stdout.writeHelp('help');
  expect(streamed()).toBe('datahelp');
  expect(read).toThrow('EAGAIN');
});

test('drained: at once if the reader has room, else when it takes something, or leaves', async () => {
  const { writer } = newPipe();
  const { stdout, stream } = open(writer);
  await stdout.drained();
  stdout.write('x');
  await stdout.drained();
  for (const event of ['take', 'leave']) {
    stdout.write('x'.repeat(PIPE));
    let isDrained = false;
    const waiting = stdout.drained().then(() => (isDrained = true));
    await new Promise(setImmediate);
    expect(isDrained).toBe(false);
    if (event === 'take') stream.resume();
    else stream.pause().destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    await waiting;
    stream.pause();
  }
  await stdout.drained();
  expect(['drain', 'error', 'close'].map((event) => stream.listenerCount(event))).toEqual([0, 1, 0]);
});
