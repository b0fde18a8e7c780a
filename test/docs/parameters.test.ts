// docs/parameters.md: its table of spellings is what is done.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readParameters } from '../../client/src/parameters/read-parameters';

const page = readFileSync(join(__dirname, '../../docs/parameters.md'), 'utf8');
const codes = (text = ''): string[] => Array.from(text.matchAll(/`([^`]+)`/g), ([, code = '']) => code);
const row = (first: string): string[][] => {
  const line = page.split('\n').find((each) => each.startsWith(`| ${first}`)) ?? '';
  return line.split('|').slice(1, 3).map(codes);
};
/** As JSON, from Python. */
const JSON_OF: Record<string, string> = {
  True: 'true',
  False: 'false',
  None: 'null',
  inf: '1.0e+999',
  '-inf': '-1.0e+999',
};

test.each(['`5`', '`1.0`', '`inf`', '`True`'])('the line of %s', (first) => {
  const [written = [], becomes = []] = row(first);
  expect(written.length).toBeGreaterThan(1);
  const read = written.map((text) => readParameters({ param: [`x=${text}`] }, '/').parameters['x']);
  expect(read).toEqual(becomes.map((text) => JSON_OF[text] ?? text));
});
