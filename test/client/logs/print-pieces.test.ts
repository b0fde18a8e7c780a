// How far a log is read: with a slow reader, one that leaves, one that never takes anything.
import { setImmediate as turn } from 'node:timers/promises';
import type { Bucket } from '../../../client/src/google/bucket';
import { printPieces } from '../../../client/src/logs/print-pieces';
import { testContext } from '../context';

const PIECE = Buffer.from('a line\n');

/** An object of so many pieces; `taken` counts those that were read, and `isLeft` says that nobody reads more. */
function bucketOf(pieces: number) {
  const state = { taken: 0, isLeft: false };
  async function* read(): AsyncGenerator<Buffer> {
    try {
      for (; state.taken < pieces; await turn()) {
        state.taken++;
        yield PIECE;
      }
    } finally {
      state.isLeft = true;
    }
  }
  const bucket: Pick<Bucket, 'stream'> = { stream: () => Promise.resolve(read()) };
  return { bucket, state };
}

/** A reader that takes what is written only when `take` is called. */
function slowReader() {
  const state = { waiting: 0, go: (): void => undefined };
  const drained = (): Promise<void> =>
    new Promise((resolve) => {
      state.waiting++;
      state.go = resolve;
    });
  return { state, drained };
}

test('a log was read whole before its first line was taken', async () => {
  const { bucket, state } = bucketOf(1000);
  const reader = slowReader();
  let printed = 0;
  const printing = printPieces(testContext({ drained: reader.drained }), { bucket, object: 'log' }, () => printed++);
  for (let count = 1; count <= 1000; count++) {
    while (reader.state.waiting < count) await turn();
    for (let turns = 0; turns < 3; turns++) await turn();
    expect({ printed, taken: state.taken }).toEqual({ printed: count, taken: count });
    reader.state.go();
  }
  expect(await printing).toBe(true);
});

test('`| head -3` waited for the whole log', async () => {
  const { bucket, state } = bucketOf(1000);
  const stdoutClosed = new AbortController();
  let printed = 0;
  const context = testContext({ stdoutClosed: stdoutClosed.signal });
  const isThere = await printPieces(context, { bucket, object: 'log' }, () => {
    if (++printed === 3) stdoutClosed.abort();
  });
  expect({ isThere, printed, ...state }).toEqual({ isThere: true, printed: 3, taken: 3, isLeft: true });
});

test('Ctrl-C while nobody takes what is written', async () => {
  const { bucket, state } = bucketOf(1000);
  const interruption = new AbortController();
  const reader = slowReader();
  let printed = 0;
  const context = testContext({ drained: reader.drained, interrupted: interruption.signal });
  const printing = printPieces(context, { bucket, object: 'log' }, () => printed++);
  while (reader.state.waiting < 1) await turn();
  interruption.abort();
  await expect(printing).rejects.toThrow('aborted');
  reader.state.go();
  await turn();
  expect({ printed, ...state }).toEqual({ printed: 1, taken: 1, isLeft: true });
});

test('an object that does not exist', async () => {
  const bucket: Pick<Bucket, 'stream'> = { stream: () => Promise.resolve(null) };
  expect(await printPieces(testContext(), { bucket, object: 'log' }, () => undefined)).toBe(false);
});
