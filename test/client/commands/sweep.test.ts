// What `sweep` and `doctor` print of what the sweep function answers, and their exit codes.
import { answerPath, LAST_SWEEP, type SweepPlan, type SweepReport } from '@mymlops/protocol';
import { aRef } from '../../fakes/builders';
import { startStandIns, type StandIns } from '../stand-ins';
import { useTempFolders } from '../temp-folder';

const tempFolder = useTempFolders();
let deployment: StandIns;
beforeEach(async () => {
  deployment = await startStandIns(tempFolder());
});
afterEach(() => deployment.close());

const report = (overrides: Partial<SweepReport> = {}): SweepReport => ({
  ...{ v: 1, at: '2026-11-21T10:00:00.000Z', isListed: true, sinceList: 0, vms: 2, disks: 3, live: { run: 1 } },
  ...{ advanced: [], reaped: [], orphans: [], freed: [], removed: [], deadLetters: [], failures: [] },
  ...overrides,
});

/** The function answers each question with `overrides`: a plan with its findings, a tick with the report of a new sweep. */
function answers(overrides: Partial<SweepPlan>): void {
  deployment.onMessage((message) => {
    const { findings = [], proof = [], ...rest } = overrides;
    const answer = message['type'] === 'tick' ? report(rest) : { ...report(rest), findings, proof };
    return deployment.firestore.doc(answerPath(String(message['id']))).set({ ...answer, expiresAt: new Date() });
  });
}

const EVERYTHING = {
  advanced: [aRef('one')],
  reaped: ['a/vm-1', 'a/vm-2'],
  orphans: ['a/vm-2', 'a/vm-3'],
  kept: ['a/disk-4'],
  freed: [aRef('two', 'toy')],
  removed: [aRef('three')],
  deadLetters: ['requests 7: rejected'],
};

test('--dry-run says what would be done, asks for a plan alone, and ends with 0', async () => {
  answers(EVERYTHING);
  const { code, printed } = await deployment.client(['sweep', '--dry-run']);
  expect(printed().trimEnd().split('\n')).toEqual([
    '2 VMs, 3 disks, 1 live run',
    'run one: has pending work',
    'a/vm-1: would be deleted',
    'a/vm-2: would be deleted',
    'a/vm-3: orphan: will be deleted if it is still there after the grace period',
    "a/disk-4: belongs to no instance, and stays: it may hold a user's work",
    'toy two: slot would be released',
    'run three: would be removed: its retention is over',
    'requests 7: rejected: dead letter',
  ]);
  expect(code).toBe(0);
  expect(deployment.received).toEqual([{ v: 1, type: 'plan', id: expect.any(String) }]);
});

test('a real one says what was done, and exits 1 where a part failed', async () => {
  answers({ ...EVERYTHING, isListed: false, failures: ['list: 503\u001b[2J'] });
  const { code, printed } = await deployment.client(['sweep']);
  expect(printed().trimEnd().split('\n')).toEqual([
    'VMs and disks not listed, 1 live run',
    'run one: pending work requested',
    'a/vm-1: deletion requested',
    'a/vm-2: deletion requested',
    'a/vm-3: orphan: will be deleted if it is still there after the grace period',
    "a/disk-4: belongs to no instance, and stays: it may hold a user's work",
    'toy two: slot released',
    'run three: removal requested: its retention is over',
    'requests 7: rejected: dead letter',
    expect.stringMatching(/^list: 503[ -~]*: failed$/),
  ]);
  expect(code).toBe(1);
  expect(deployment.received).toEqual([{ v: 1, type: 'tick', id: expect.any(String) }]);
});

test('a sweep that listed nothing, because nothing is live, did not say why', async () => {
  answers({ ...EVERYTHING, isListed: false, failures: [] });
  expect((await deployment.client(['sweep'])).printed()).toMatch(
    /^VMs and disks not listed \(while nothing is live, every fifth sweep lists them\), /,
  );
});

test('a sweep that was under way when the command came was shown as its own', async () => {
  answers({ advanced: [aRef('one')] });
  const other = { ...report({ advanced: [aRef('nine')] }), at: new Date().toISOString() };
  await deployment.firestore.doc(LAST_SWEEP).set(other);
  const { printed } = await deployment.client(['sweep', '--json']);
  expect(JSON.parse(printed())).toEqual(report({ advanced: [aRef('one')] }));
});

test('a dry run with --json is the plan, and exits 1 where a part failed', async () => {
  answers({ failures: ['list: 503'] });
  const { code, printed } = await deployment.client(['sweep', '--dry-run', '--json']);
  expect([code, JSON.parse(printed())]).toEqual([
    1,
    { ...report({ failures: ['list: 503'] }), findings: [], proof: [] },
  ]);
});

test('doctor prints the proof, each finding with its remedy, and a verdict, which is its exit code', async () => {
  const proof = ['2 VMs and 3 disks, all of them needed'];
  answers({ proof });
  const clean = await deployment.client(['doctor']);
  expect([clean.code, clean.printed()]).toEqual([0, `${proof[0]}\nno problems found\n`]);
  answers({ proof, findings: [{ subject: 'the sweep', problem: 'has never run', remedy: 'Look at the job.' }] });
  const ill = await deployment.client(['doctor']);
  expect(ill.code).toBe(1);
  expect(ill.printed()).toBe(`${proof[0]}\nthe sweep has never run.\n  Look at the job.\n1 problem found\n`);
});
