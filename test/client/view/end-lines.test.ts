import type { RunDocument } from '@mymlops/protocol';
import { endLines, fullLines } from '../../../client/src/view/run-lines';
import { aCommit, aCommitOfBefore, anAttempt } from '../../fakes/builders';

const RUN = '20260101-000000-aaaa';
const AT = '2026-01-01T00:00:00.000Z';

/** Cancelled by its user, without an outcome, after its one attempt had reported these phases. */
function cancelledAfter(...phases: ('boot' | 'source' | 'execute')[]): RunDocument {
  const state = { phase: phases.at(-1) ?? 'boot', phases: Object.fromEntries(phases.map((phase) => [phase, AT])) };
  const attempt = anAttempt({ period: { reports: { boot_agent: { seq: 1, receivedAt: AT, state } } } });
  const end = { status: 'cancelled', message: '', at: AT } as const;
  return { v: 1, status: 'cancelled', message: '', live: true, attempts: { 1: attempt }, end };
}

test('partial results of a cancelled run were not mentioned', () => {
  expect(endLines(RUN, cancelledAfter('boot', 'source', 'execute')).join('\n')).toContain(`mymlops-client pull ${RUN}`);
});

test('a run that never came to its command left nothing to pull', () => {
  expect(endLines(RUN, cancelledAfter('boot', 'source')).join('\n')).not.toContain('pull');
});

/** Failed with this message. */
function failedWith(message: string): RunDocument {
  const end = { status: 'failed', reason: 'user-error', message, at: AT } as const;
  return { v: 1, status: 'failed', reason: 'user-error', message, live: false, attempts: {}, end };
}

test('for a command that crashed, the message spoke of a cell with an error above', () => {
  expect(endLines(RUN, failedWith('The command crashed (exit code 139)')).join('\n')).not.toMatch(/cell/i);
});

test('where nothing ran, the notebook up to that point was promised', () => {
  const next = (notebook?: object): string | undefined => {
    const results = { attempt: 1, files: 2, bytes: 9, ...(notebook && { notebook }) } as RunDocument['results'];
    return endLines(RUN, { ...failedWith('x'), results })
      .find((line) => line.includes('among'))
      ?.trim();
  };
  const facts = { executedCells: 0, codeCells: 3, tolerated: false };
  expect([next(), next(facts)]).toEqual(['The log is among the results.', 'The log is among the results.']);
  const both = 'The log, and the notebook up to that point, are among the results.';
  expect(next({ ...facts, executedCells: 1 })).toBe(both);
  expect(next({ ...facts, error: { cell: 1, ename: 'E', evalue: '' } })).toBe(both);
});

test('a message of several lines was shown twice', () => {
  expect(
    fullLines(RUN, failedWith('first\nsecond'), { now: new Date(AT) })
      .join('\n')
      .match(/second/g),
  ).toHaveLength(1);
});

test('one file was 1 files, and sizes were long numbers', () => {
  const origin = { branch: 'main', commit: 'a'.repeat(40), dirty: 1 };
  const document = {
    ...failedWith('x'),
    results: { files: 1, bytes: 12_005_599 },
    resultsUrl: 'gs://b/r',
    request: { ...aCommit(), source: { ...aCommit().source, origin } },
  } as unknown as RunDocument;
  const lines = fullLines(RUN, document, { now: new Date(AT) });
  expect(lines).toContain('results      1 file, 12 MB, gs://b/r');
  expect(lines).toContain(`source       main at ${'a'.repeat(12)} and 1 changed file`);
});

const NOW = { now: new Date(AT) };

test.each([
  [{ image: 'family/mymlops-torch' }, 'image        family/mymlops-torch'],
  [{ snapshot: 'snap' }, 'image        snapshot snap'],
  [{}, undefined],
])('show says what the boot disk of %j is made from', (source, line) => {
  const request = aCommit({ machine: { provisioning: 'spot', ...source } });
  const lines = fullLines(RUN, { ...failedWith('x'), request }, NOW);
  expect(lines.find((one) => one.startsWith('image'))).toBe(line);
});

test('show left out setup, output repository and retention', () => {
  const author = { name: 'Ada', email: 'ada@example.org' };
  const request = {
    ...aCommit(),
    setup: 'pip install -r requirements.txt',
    outputRepository: { url: 'git@example.org:a/b.git', branch: 'main', author },
    retentionSeconds: { succeeded: 30 * 86_400, failed: 86_400 },
  };
  expect(fullLines(RUN, { ...failedWith('x'), request }, NOW)).toEqual(
    expect.arrayContaining([
      'setup        pip install -r requirements.txt',
      'output       git@example.org:a/b.git, branch main',
      'retention    30 days if succeeded, 24 h if failed',
    ]),
  );
});

/** Succeeded with these parameters. */
function succeededWith(parameters: Record<string, string>, use: 'injected' | 'read' | 'unknown'): RunDocument {
  const end = { status: 'succeeded', message: '1 cell ran', at: AT } as const;
  const request = aCommit({ parameters });
  const results = { attempt: 1, files: 0, bytes: 0, parametersUse: use };
  return { v: 1, status: 'succeeded', message: end.message, live: false, attempts: {}, end, request, results };
}

test('parameters that nobody is known to have used were shown like those that were', () => {
  const line = 'lr=0.5, note="a b", layers=[64, 1.0]';
  const params = { lr: '0.5', note: '"a b"', layers: '[64, 1.0]' };
  const unused = succeededWith(params, 'unknown');
  expect(endLines(RUN, unused)).toContain(`  parameters ${line} (not known to be used)`);
  expect(fullLines(RUN, unused, NOW)).toContain(`parameters   ${line} (not known to be used)`);
  const used = succeededWith(params, 'injected');
  expect(endLines(RUN, used).join('\n')).not.toContain('parameters');
  expect(fullLines(RUN, used, NOW)).toContain(`parameters   ${line}`);
});

test('a run that was recorded when parameters were plain values is shown', () => {
  const request = aCommitOfBefore({ lr: 0.5, name: 'a', version: '"5"', on: true, none: null });
  const old = { ...succeededWith({}, 'read'), request };
  expect(fullLines(RUN, old, NOW)).toContain('parameters   lr=0.5, name="a", version="\\"5\\"", on=true, none=null');
});
