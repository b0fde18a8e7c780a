// Builders of messages with named overrides.
import {
  report as reportSchema,
  vmName,
  type Attempt,
  type CommitRequest,
  type DocumentRef,
  type Period,
  type PowerOn,
  type Report,
  type ReportState,
  type VmRecord,
} from '@mymlops/protocol';
import { genuineToken } from './fake-tokens';
import { identityAttributes } from './identity-attributes';
import type { SentReport } from './sent-report';

export const RUN = '20261121-100000-abcd';

/** The name of a document, of a run unless said otherwise. */
export const aRef = (id = RUN, kind = 'run'): DocumentRef => ({ kind, id });

/** Milliseconds of so many seconds after ten o'clock, when `aVm` was decided on; `at`: as ISO 8601. */
export const msAt = (seconds: number): number => Date.parse('2026-11-21T10:00:00.000Z') + seconds * 1000;
export const at = (seconds: number): string => new Date(msAt(seconds)).toISOString();

export function aCommit(overrides: Partial<CommitRequest> = {}): CommitRequest {
  return {
    v: 1,
    type: 'commit',
    run: RUN,
    submittedBy: 'ada',
    submittedAt: '2026-11-21T10:00:00.000Z',
    notebook: 'notebooks/train.ipynb',
    codeCells: 2,
    command: './run.sh',
    parameters: {},
    artifacts: false,
    keepSeconds: 0,
    maxRunSeconds: 3600,
    queueLimitSeconds: 86_400,
    machine: { provisioning: 'spot' },
    source: { tree: 'a'.repeat(40), commit: 'b'.repeat(40) },
    ...overrides,
  };
}

/** As a client before `parameters` sends it, and as the documents of its runs hold it. */
export function aCommitOfBefore(params: object, overrides: Partial<CommitRequest> = {}): CommitRequest {
  const { parameters: _, ...same } = aCommit(overrides);
  return { ...same, params } as unknown as CommitRequest;
}

export const anOutput = { url: '/repo.git', branch: 'main', author: { name: 'Ada', email: 'ada@example.org' } };

/** A report as the agent sends it: free text in base64. */
export function aReport(
  overrides: Partial<Omit<SentReport, 'state'>> & { state?: Partial<SentReport['state']> } = {},
): SentReport {
  return {
    v: 1,
    run: RUN,
    attempt: 1,
    boot: 'boot-0001',
    writer: 'agent',
    seq: 1,
    kind: 'lifecycle',
    sentAt: '2026-11-21T10:00:10.000Z',
    ...overrides,
    state: { phase: 'boot', phases: {}, ...overrides.state },
  };
}

/** The same report as a function has read it. */
export function parsedReport(overrides: Parameters<typeof aReport>[0] = {}): Report {
  return reportSchema.parse(aReport(overrides));
}

/** A push body as a function receives it. A report has the token of its VM, unless it gets another one. */
export function aMessage(
  data: object,
  publishedAt = '2026-11-21T10:00:00.000Z',
  attributes = attributesOf(data),
): object {
  return {
    data: {
      subscription: 's',
      message: {
        data: Buffer.from(JSON.stringify(data)).toString('base64'),
        attributes,
        messageId: '1',
        publishTime: publishedAt,
      },
    },
  };
}

/** The token of a report's VM. */
export function attributesOf(data: Partial<SentReport>): Record<string, string> {
  const { run, attempt, writer } = data;
  return run && attempt && writer ? identityAttributes(genuineToken(vmName('mymlops', run, attempt))) : {};
}

export interface CellOverrides {
  count?: number | null;
  source?: string;
  tags?: string[];
  error?: { ename: string; evalue: string; traceback?: string[] };
  /** papermill's marks of the cell. */
  papermill?: { status: string; exception: boolean | null };
  /** The kernel began it and did not answer. */
  unanswered?: boolean;
}

/** Text of an nbformat 4 notebook. */
export function aNotebook(cells: CellOverrides[], metadata: object = {}): string {
  return JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata,
    cells: cells.map(({ count = null, source = '1', tags, error, papermill, unanswered }) => ({
      cell_type: 'code',
      source,
      execution_count: count,
      metadata: {
        ...(tags && { tags }),
        ...(papermill && { papermill }),
        ...(unanswered && { execution: { 'iopub.execute_input': '2026-11-21T10:00:20Z' } }),
      },
      outputs: error ? [{ output_type: 'error', traceback: [], ...error }] : [],
    })),
  });
}

export function anOutcome(overrides: object = {}): string {
  return JSON.stringify({
    v: 1,
    attempt: 1,
    boot: 'boot-0001',
    startedAt: '2026-11-21T10:00:20Z',
    finishedAt: '2026-11-21T10:00:30Z',
    command: { exit: 0, timedOut: false },
    manifest: [
      { path64: Buffer.from('train.ipynb').toString('base64'), size: 10, sha256: 'c'.repeat(64), generation: '1' },
    ],
    missing: [],
    ...overrides,
  });
}

/** An intent of ten o'clock, which nobody has acted on. */
export const aStart = (overrides: Partial<PowerOn> = {}): PowerOn => ({
  ...{ at: at(0), actor: 'a', maxRunDurationSeconds: 6600 },
  ...overrides,
});

/** A VM that was decided on at ten, in its first period. `start` and `period` lie over what that has. */
export function aVm({
  start = {},
  period = {},
  ...overrides
}: Partial<VmRecord<ReportState>> & {
  start?: Partial<PowerOn>;
  period?: Partial<Period<ReportState>>;
} = {}): VmRecord<ReportState> {
  return {
    name: vmName('mymlops', RUN, 1),
    zone: 'local-a',
    machine: 'this-computer',
    provisioning: 'spot',
    terminationAction: 'DELETE',
    requestId: '00000000-0000-5000-8000-000000000000',
    periods: { 1: { start: aStart(start), ...period } },
    ...overrides,
  };
}

/** An attempt with such a VM. */
export const anAttempt = (vm: Parameters<typeof aVm>[0] = {}, overrides: Partial<Attempt> = {}): Attempt => ({
  vm: aVm(vm),
  ...overrides,
});
