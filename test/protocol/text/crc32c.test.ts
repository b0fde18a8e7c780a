// CRC-32C and its form in the API.
import { crc32c, crc32cText } from '@mymlops/protocol';

test('the check value, whole and in two pieces', () => {
  expect(crc32c(0, Buffer.from('123456789')).toString(16)).toBe('e3069283');
  expect(crc32c(crc32c(0, Buffer.from('12345')), Buffer.from('6789')).toString(16)).toBe('e3069283');
});

test.each([
  ['', 0, 'AAAAAA=='],
  ['123456789', 0xe3069283, '4waSgw=='],
])('%j', (text, checksum, base64) => {
  expect(crc32c(0, Buffer.from(text))).toBe(checksum);
  expect(crc32cText(checksum)).toBe(base64);
});
