import type { RunState } from '@mymlops/protocol';
import { commitMessage, metadataJson } from '../../../functions/src/engine/run/publication';
import { RUN, aCommit } from '../../fakes/builders';

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

test('metadata.json turned the float 1.0 into the integer 1', () => {
  const request = aCommit({ parameters: { share: '1.0', seed: '12345678901234567890', layers: '[64, 1.0]' } });
  const json = metadataJson({ ...ended(''), request });
  expect(json).toContain(
    '    "params": {\n        "share": 1.0,\n        "seed": 12345678901234567890,\n        "layers": [64, 1.0]\n    },\n',
  );
  expect(json).toContain('    "params_use": null,\n');
});

test('metadata.json claimed parameters that nobody is known to have used', () => {
  const results = { attempt: 1, files: 1, bytes: 1, parametersUse: 'unknown' as const };
  const json = metadataJson({ ...ended(''), request: aCommit({ parameters: { lr: '0.5' } }), results });
  expect(JSON.parse(json)).toMatchObject({ params: { lr: 0.5 }, params_use: 'unknown' });
});
