import type { RunState } from '@mymlops/protocol';
import { commitMessage, metadataJson } from '../../functions/src/engine/publication';
import { RUN, aCommit } from '../fakes/builders';

function ended(notes: string | undefined): RunState {
  const request = aCommit({ notes });
  const end = { status: 'succeeded' as const, message: '1 cell ran', attempt: 1, at: '2026-11-21T10:01:00.000Z' };
  return { request, end, attempts: {} } as unknown as RunState;
}

const SUBJECT = `commit ${RUN}: notebooks/train.ipynb [succeeded]`;
const TRAILERS = `Run-Id: ${RUN}\nSource-Tree: ${'a'.repeat(40)}\n`;

test.each<[string | undefined, string]>([
  [undefined, `${SUBJECT}\n\n${TRAILERS}`],
  ['', `${SUBJECT}\n\n${TRAILERS}`],
  [' \n ', `${SUBJECT}\n\n${TRAILERS}`],
  ['lr 0.1, "best" \'so far\' 😀', `${SUBJECT} lr 0.1, "best" 'so far' 😀\n\n${TRAILERS}`],
  ['-x', `${SUBJECT} -x\n\n${TRAILERS}`],
  ['one\ntwo\t3', `${SUBJECT} one two 3\n\none\ntwo\t3\n\n${TRAILERS}`],
  ['Run-Id: other\nx', `${SUBJECT} Run-Id: other x\n\nRun-Id: other\nx\n\n${TRAILERS}`],
])('the message of notes %j', (notes, message) => {
  expect(commitMessage(ended(notes))).toBe(message);
});

test.each(['a\nb', '"', '\\', '\u001b[31m\u0007', '😀', '-x', ''])('metadata.json keeps notes %j', (notes) => {
  expect((JSON.parse(metadataJson(ended(notes))) as { notes: string }).notes).toBe(notes);
});
