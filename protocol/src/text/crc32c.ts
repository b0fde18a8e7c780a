// CRC-32C (Castagnoli), the checksum of Cloud Storage's objects and Secret Manager's values. Node's zlib has another polynomial.

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value >>> 0;
});

/** The checksum of earlier bytes (`crc`, 0 at the start) followed by `bytes`. */
export function crc32c(crc: number, bytes: Uint8Array): number {
  let value = ~crc;
  // An indexed loop: for...of over bytes is several times slower, and every uploaded byte passes here.
  for (let index = 0; index < bytes.length; index += 1) {
    value = (TABLE[(value ^ (bytes[index] ?? 0)) & 0xff] ?? 0) ^ (value >>> 8);
  }
  return ~value >>> 0;
}

/** In the API's form: base64 of the four bytes, most significant first. */
export function crc32cText(crc: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc);
  return bytes.toString('base64');
}
