import type { Metrics, RunDocument } from '@mymlops/protocol';
import { metricsJson, metricsLine, metricsLines, numberText } from '../../../client/src/view/metrics';
import { endLines, fullLines } from '../../../client/src/view/run-lines';
import { columnsOf } from '../../../client/src/view/width';
import { readMetrics } from '../../../functions/src/engine/run/metrics';

test.each([
  ['0.992', '0.992'],
  ['1.0', '1.0'],
  ['-0.0', '-0.0'],
  ['12', '12'],
  ['12345678901234567890', '12345678901234567890'],
  ['0.30000000000000004', '0.3'],
  ['0.012678912345', '0.012679'],
  ['-0.012678912345', '-0.012679'],
  ['0.99999987', '1.0'],
  ['1e-05', '1e-05'],
  ['1.2345678e-05', '0.000012346'],
  ['1.2345678e-09', '1.2346e-9'],
  ['1.2345678e+22', '1.2346e+22'],
  ['123456.789', '123457'],
  ['99999.95', '100000.0'],
  ['1732212345.678', '1732212346'],
  ['3.14159', '3.14159'],
  ['3.1415926', '3.1416'],
  ['100.00000000001', '100.0'],
  ['NaN', 'NaN'],
  ['-Infinity', '-Infinity'],
])('%s is shown as %s', (spelling, shown) => {
  expect(numberText(spelling)).toBe(shown);
});

/** The file's text, as the functions keep it. */
const kept = (content: string): Metrics => readMetrics(content);
const MANY = kept(JSON.stringify(Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`metric${index}`, 0.5]))));

describe('at the end of a run, on one line', () => {
  test.each<[string, Metrics | undefined, string | undefined]>([
    ['a few', kept('{"accuracy": 0.992, "loss": 0.01271234}'), 'accuracy 0.992  loss 0.012712'],
    [
      'all kinds',
      kept('{"a": 1.0, "b": "res net", "c": true, "d": null, "e": NaN}'),
      'a 1.0  b res net  c true  d null  e NaN',
    ],
    ['nested', kept('{"test": {"f1": 0.5}}'), 'test.f1 0.5'],
    ['with a list', kept('{"a": 1, "history": [1, 2]}'), 'a 1  and 1 more'],
    ['more than there is room for', MANY, 'metric0 0.5  metric1 0.5  metric2 0.5  metric3 0.5  and 5 more'],
    ['lists only', kept('{"history": [1, 2]}'), 'metrics.json is not shown: it contains only lists and nested objects'],
    ['broken', kept('{'), 'metrics.json is not shown: it is not a JSON object'],
    ['too large', { values: [], unread: 'too-large' }, 'metrics.json is not shown: it is larger than 64 kB'],
    ['empty', kept('{}'), undefined],
    ['none', undefined, undefined],
    ['hostile', kept('{"a\\u001b[2J": "x\\r\\ny\\u202e", "": "", "__proto__": 1}'), 'a x y  "" ""  __proto__ 1'],
  ])('%s', (_what, metrics, expected) => {
    expect(metricsLine(metrics, 70)).toBe(expected);
  });

  test('one that is wider than the terminal is shown nevertheless', () => {
    expect(metricsLine(kept('{"accuracy": 0.992, "loss": 1}'), 10)).toBe('accuracy 0.992');
  });
});

test('in full, on as many lines as they need', () => {
  const lines = metricsLines(MANY, 40);
  expect(lines.join('  ').match(/metric\d/g)).toHaveLength(9);
  expect(Math.max(...lines.map(columnsOf))).toBeLessThanOrEqual(40);
});

test('for programs: by name, in full', () => {
  expect(
    JSON.stringify(metricsJson(kept('{"a": 0.30000000000000004, "b": 1.0, "c": NaN, "d": null, "__proto__": 1}'))),
  ).toBe('{"a":0.30000000000000004,"b":1,"c":"NaN","d":null,"__proto__":1}');
  expect(metricsJson(undefined)).toBeUndefined();
  expect(metricsJson(kept('{'))).toBeUndefined();
});

const document = (status: 'succeeded' | 'failed', metrics?: Metrics): RunDocument => ({
  v: 1,
  status,
  message: '',
  live: false,
  attempts: {},
  end: { status, message: '1 cell ran', at: '2026-01-01T00:00:00.000Z' },
  results: { attempt: 1, files: 2, bytes: 10, ...(metrics && { metrics }) },
});
const show = (run: RunDocument): string => fullLines('r', run, { now: new Date() }).join('\n');

test.each(['succeeded', 'failed'] as const)('the template promised that metrics are shown: a run that %s', (status) => {
  const run = document(status, kept('{"letters": 5}'));
  expect(endLines('r', run)).toContain('  letters 5');
  expect(show(run)).toMatch(/^metrics {6}letters 5$/m);
});

test('a run without metrics says nothing of them', () => {
  expect(`${endLines('r', document('succeeded')).join('\n')}${show(document('succeeded'))}`).not.toContain('metrics');
});
