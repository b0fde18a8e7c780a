import { createLiveLine } from '../../../client/src/view/live-line';

test('wide letters filled two rows, of which one was taken away again', () => {
  const written: string[] = [];
  const line = createLiveLine({ write: (text) => void written.push(text), columns: () => 10 });
  line.show(() => '日本語日本語');
  line.clear();
  expect(written).toEqual(['\r\u001b[2K日本語日', '\r\u001b[2K']);
});
