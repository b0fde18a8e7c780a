// Documents of instances as the functions write them.
import type {
  InstanceDocument,
  InstanceReportState,
  InstanceSpec,
  InstanceStatus,
  Period,
  StartRequest,
} from '@mymlops/protocol';

export const AT = '2026-01-01T12:00:00.000Z';

export const SPEC: InstanceSpec = {
  machine: { provisioning: 'standard' },
  services: [{ name: 'jupyter', command: 'jupyter lab', port: 8888, path: '/api', tokenVariable: 'JUPYTER_TOKEN' }],
  ...{ idleSeconds: 3600, softStopSeconds: 86_400, maxSeconds: 259_200 },
};

export interface Shown extends Partial<InstanceDocument> {
  status: InstanceStatus;
  /** What the agent of the newest period reported. */
  said?: Partial<InstanceReportState>;
}

/** One with a VM in its first period, unless `overrides` say otherwise. Those that are off have no wanted period. */
export function instance({ status, said, ...overrides }: Shown): InstanceDocument {
  const started = overrides.started ?? 1;
  const isOff = ['stopped', 'failed', 'stopping', 'deleting', 'deleted'].includes(status);
  const isNotLive = ['stopped', 'failed', 'deleted'].includes(status);
  const hasVm = !['queued', 'failed'].includes(status);
  const uid = overrides.uid ?? 'abc123';
  const periods: Record<string, Period<InstanceReportState>> = Object.fromEntries(
    Array.from({ length: started }, (_, index): [string, Period<InstanceReportState>] => [
      String(index + 1),
      {
        start: { at: AT, actor: 'request', maxRunDurationSeconds: 259_200, settledAt: AT, startedAt: AT },
        ...(said && {
          reports: {
            boot_agent: {
              ...{ seq: 1, receivedAt: AT },
              state: { phase: 'serve', phases: {}, ...said },
            },
          },
        }),
      },
    ]),
  );
  const vm = {
    ...{
      name: `mymlops-work-${uid}-1`,
      zone: 'us-central1-a',
      machine: 'e2-standard-4',
      provisioning: 'standard' as const,
    },
    ...{ terminationAction: 'STOP' as const, keepsDisk: true as const, requestId: 'r', id: '1', periods },
  };
  const isOn = ['starting', 'ready', 'unready'].includes(status);
  return {
    ...{
      v: 1,
      status,
      message: `It is ${status}.`,
      uid,
      owner: 'ada@home',
      createdAt: AT,
      spec: SPEC,
      live: !isNotLive,
    },
    ...{ started, stopped: isOff ? started : started - 1, current: hasVm ? started : started - 1 },
    ...{ vmCount: hasVm ? 1 : 0, givenUp: 0, vms: hasVm ? { 1: vm } : {} },
    ...(hasVm && { zone: vm.zone, machine: vm.machine }),
    ...(isOn && { startedAt: AT, stopsAt: '2026-01-02T12:00:00.000Z' }),
    ...overrides,
  };
}

/** The document after a request to start, in each of these states. */
export const documentsFor = ({ uid, period, spec, by }: StartRequest, states: readonly Shown[]): InstanceDocument[] =>
  states.map((state) => instance({ uid, spec, owner: by, started: period, ...state }));
