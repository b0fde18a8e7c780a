import { sizeText } from '../../../client/src/core/sizes';

test.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [999, '999 bytes'],
  [1000, '1 kB'],
  [65_536, '65.5 kB'],
  [999_949, '999.9 kB'],
  [999_950, '1 MB'],
  [12_000_000, '12 MB'],
  [12_005_599, '12 MB'],
  [1_000_000_000, '1 GB'],
  [20 * 2 ** 30, '21.5 GB'],
  [5e15, '5000 TB'],
])('%d bytes are %s', (bytes, text) => expect(sizeText(bytes)).toBe(text));
