// A Python package that pip installs without a network.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { strToU8, zipSync } from 'fflate';

/** Writes `tiny-1.0-py3-none-any.whl`, the module `tiny` of which is `source`. https://packaging.python.org/specifications/binary-distribution-format */
export function writeWheel(file: string, source: string): void {
  const info = 'tiny-1.0.dist-info';
  const files = {
    'tiny.py': source,
    [`${info}/METADATA`]: 'Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n',
    [`${info}/WHEEL`]: 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    [`${info}/RECORD`]: `tiny.py,,\n${info}/METADATA,,\n${info}/WHEEL,,\n${info}/RECORD,,\n`,
  };
  mkdirSync(dirname(file), { recursive: true });
  const entries = Object.entries(files).map(([name, text]) => [name, strToU8(text)]);
  writeFileSync(file, zipSync(Object.fromEntries(entries)));
}
