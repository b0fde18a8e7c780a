// An instance in a Google in memory: requests of its user, reports of its agent, sweeps.
import {
  INSTANCES,
  instanceVmName,
  type InstanceReport,
  type InstanceReportState,
  type InstanceSpec,
  type InstanceState,
  type InstanceSummary,
  type StartRequest,
} from '@mymlops/protocol';
import { KINDS } from '../../functions/src/control/kinds';
import { isPeriodOver } from '../../functions/src/engine/vm/power';
import { handleEvent } from '../../functions/src/handlers/event';
import { handleRequest } from '../../functions/src/handlers/request';
import { handleSweep } from '../../functions/src/handlers/sweep';
import { aMessage } from '../fakes/builders';
import { genuineToken } from '../fakes/fake-tokens';
import { fakeGoogle } from '../fakes/google';
import { identityAttributes } from '../fakes/identity-attributes';

export const NAME = 'cpu1';
export const UID = 'abc123';

type Sender = Pick<InstanceReport, 'boot' | 'writer' | 'seq' | 'sentAt'>;

export const aSpec = (fields: Partial<InstanceSpec> = {}): InstanceSpec => ({
  machine: { provisioning: 'standard' },
  services: [],
  idleSeconds: 3600,
  softStopSeconds: 86_400,
  maxSeconds: 259_200,
  ...fields,
});

export function instanceDeployment() {
  const google = fakeGoogle(KINDS);
  const { context, queue } = google;
  const time = (): string => new Date(google.nowMs).toISOString();
  /** Pub/Sub delivers a message again that was not handled. */
  const deliver = async (work: () => Promise<void>): Promise<void> => {
    for (let left = 5; ; left--) {
      google.nowMs += 1000;
      try {
        return await work();
      } catch (error) {
        if (left === 1) throw error;
      }
    }
  };
  const settle = async (): Promise<void> => {
    for (let message = queue.shift(); message; message = queue.shift()) {
      const request = message;
      await deliver(() => handleRequest(aMessage(request, time()), context));
    }
  };
  const document = () => google.collection<InstanceState>(INSTANCES).get(NAME);
  const state = (): InstanceState => {
    const found = document();
    if (!found) throw new Error('no such instance');
    return found.state;
  };
  const publish = async (request: object): Promise<void> => {
    queue.push(request);
    await settle();
  };
  const about = (type: string, fields: object) =>
    publish({ v: 1, type, name: NAME, uid: UID, by: 'ann', at: time(), ...fields });
  const vm = () => [...google.vms.values()].find(({ name }) => name.includes(NAME));
  let seq = 0;
  return {
    google,
    document,
    state,
    settle,
    status: () => (document()?.summary as InstanceSummary | undefined)?.status,
    summary: () => document()?.summary as InstanceSummary,
    vm,
    start: (period: number, fields: Partial<Pick<StartRequest, 'spec' | 'uid' | 'waitSeconds'>> = {}) =>
      about('start', { period, spec: aSpec(), waitSeconds: 600, ...fields }),
    stop: (period: number) => about('stop', { period }),
    extend: (period: number, minutes: number) =>
      about('extend', { period, until: new Date(google.nowMs + minutes * 60_000).toISOString() }),
    remove: (uid = UID) => about('delete', { uid }),
    /** `sender`: where it is not the agent in the only boot of the period, with a clock that is right. */
    async report(said: Partial<InstanceReportState>, uid = UID, sender: Partial<Sender> = {}): Promise<void> {
      const number = state().vmCount;
      seq += 1;
      const fields = { boot: `boot-000${state().current}`, writer: 'agent', seq, kind: 'lifecycle', sentAt: time() };
      const body = { phase: 'serve', phases: {}, ...said };
      const report = { v: 1, instance: NAME, uid, attempt: number, ...fields, ...sender, state: body };
      const attributes = identityAttributes(
        genuineToken(instanceVmName('mymlops', NAME, uid, number), google.nowMs, vm()?.id),
      );
      await deliver(() => handleEvent(aMessage(report, time(), attributes), context));
      await settle();
    },
    async sweep(times = 1, minutes = 1): Promise<void> {
      for (let left = times; left > 0; left--) {
        google.nowMs += minutes * 60_000;
        // A stop takes less than a minute, whether somebody waits for its operation or not.
        for (const vm of google.vms.values()) if (vm.status === 'STOPPING') vm.status = 'TERMINATED';
        await deliver(() => handleSweep(aMessage({ v: 1, type: 'tick' }, time()), context));
        await settle();
      }
    },
    /** The last word to its VM. */
    control(): Record<string, string> {
      const [found] = [...google.vms.values()].filter(({ name }) => name.includes(NAME));
      const lines = (found?.metadata['mymlops-control'] ?? '').trim().split('\n');
      return Object.fromEntries(lines.map((line) => line.split('=') as [string, string]));
    },
  };
}

export type Instances = ReturnType<typeof instanceDeployment>;

export const idleFor = (seconds: number): Partial<InstanceReportState> => ({
  signals: { kernels: { says: 'idle', idleSeconds: seconds }, cpu: { says: 'idle', idleSeconds: seconds } },
});

/** Off with its disk, holding no slot, read by no sweep. */
export function expectStopped({ google, state, status, document }: Instances): void {
  expect(status()).toBe('stopped');
  const vm = state().vms[state().vmCount];
  expect(vm && isPeriodOver(vm)).toBe(true);
  expect(google.disks.size).toBe(1);
  expect(google.pools.get('instances')?.pool.holders ?? []).toEqual([]);
  expect(document()?.summary.live).toBe(false);
}

export async function readyInstance(): Promise<Instances> {
  const instance = instanceDeployment();
  await instance.start(1);
  await instance.report({ phase: 'serve' });
  expect(instance.status()).toBe('ready');
  return instance;
}
