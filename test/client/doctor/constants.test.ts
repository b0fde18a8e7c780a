// The constant words that a bundle keeps are those of the functions and of the local cloud: no one is missing.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SweepReport } from '@mymlops/protocol';
import { findingsIn } from '../../../functions/src/engine/findings';
import { emptyReport } from '../../../functions/src/sweep/report';
import { planFacts } from '../../../client/src/doctor/finding-facts';
import { LOG_MESSAGES } from '../../../client/src/doctor/log-messages';
import { aRef } from '../../fakes/builders';

const ROOT = join(__dirname, '../../..');
const CALL = /\blog\(\s*(?:'(?:INFO|WARNING|ERROR)'|[a-z]+),\s*'([^']+)'/g;

/** The messages of all calls of a log below `folder`. */
function messagesIn(folder: string): string[] {
  const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.ts') && !/(^|\/)(dist|node_modules)\//.test(file))
    .flatMap((file) => [...readFileSync(join(ROOT, folder, file), 'utf8').matchAll(CALL)].map(([, said = '']) => said));
}

test('the messages of the log (client/src/doctor/log-messages.ts)', () => {
  const said = new Set([...messagesIn('functions/src'), ...messagesIn('deploy/local')]);
  expect([...LOG_MESSAGES].toSorted()).toEqual([...said].toSorted());
});

test('the problems of findings (client/src/doctor/finding-facts.ts)', () => {
  const nowMs = Date.parse('2026-11-21T10:00:00.000Z');
  const report = (overrides: Partial<SweepReport>): SweepReport => ({ ...emptyReport(nowMs - 300_000), ...overrides });
  const document = aRef();
  const stuck = { document, endCommand: 'cancel', since: '2026-11-21T09:00:00.000Z' };
  const examined = {
    report: report({ reaped: ['a/b1'], orphans: ['a/b2'], kept: ['a/b4'], freed: [document], failures: ['MARKER'] }),
    takenOver: ['a/b3'],
    stuck: [
      { ...stuck, left: [] },
      { ...stuck, left: [{ name: 'vm', zone: 'a' }] },
    ],
    deadLetters: [
      { v: 1, id: '17', topic: 'MARKER', publishedAt: '', at: '', text: 'MARKER', outcome: 'shown', cause: 'MARKER' },
    ] as const,
    ...{ nowMs, awakeMs: Number.POSITIVE_INFINITY, isLocal: false, hasAlerts: true },
  };
  const found = [
    ...findingsIn({ ...examined, deadLetters: [...examined.deadLetters], last: report({ failures: ['MARKER'] }) }),
    ...findingsIn({ ...examined, deadLetters: [], last: undefined }),
  ];
  const kept = planFacts({ findings: found }) as { findings: object[] };
  expect(kept.findings).toHaveLength(found.length);
  for (const one of kept.findings)
    expect(one).toMatchObject({ subject: expect.any(String), problem: expect.any(String) });
  expect(JSON.stringify(kept)).not.toContain('MARKER');
});
