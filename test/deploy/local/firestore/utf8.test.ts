// Half a character is no UTF-8: the stand-in refuses it as Google's emulator does.
import { onEveryFirestore } from '../../../emulators/firestore';
import { codeOf } from './fixture';

/** The emulator's, and that of gRPC's own library. */
const REFUSALS = [2, 13];

onEveryFirestore((_endpoints, connect) => {
  test.each([
    ['a text', { a: 'x\ud83d' }],
    ['a text in a list in a map', { a: { b: ['😀', '\ude00'] } }],
    ['the name of a field', { a: { '\ud83d': 1 } }],
    ['one beside a replacement character', { a: '\ufffd', b: '\ud83d' }],
  ])('half a character is refused: %s', async (_what, fields) => {
    const document = connect().doc('texts/a');
    expect(REFUSALS).toContain(await codeOf(document.set(fields)));
    expect((await document.get()).exists).toBe(false);
  });

  test('whole characters, and replacement characters, come back as they were', async () => {
    const document = connect().doc('texts/b');
    const fields = { '😀': 'a\ufffd', b: ['\ufffd\ufffd', '😀'], c: Buffer.from([0xed, 0xa0, 0xbd]) };
    expect(await codeOf(document.set(fields))).toBe(0);
    expect((await document.get()).data()).toEqual(fields);
  });
});
