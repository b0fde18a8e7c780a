// What the agent on a VM of a history can do: wait, ask the bucket, report.
import { attemptPrefix, LABELS, LIVE_OBJECTS, type Phase } from '@mymlops/protocol';
import { aReport } from '../../fakes/builders';
import { genuineToken } from '../../fakes/fake-tokens';
import type { PlannedRun } from '../faults/plan';
import { knownId } from '../oracle/recorded';
import type { SimulatedVm } from './vm';
import { oddityOf, type World } from './world';
import { identityAttributes } from '../../fakes/identity-attributes';
import type { SentReport } from '../../fakes/sent-report';

const MINUTE = 60_000;
/** An identity token is fetched again after this. */
const IDENTITY_MS = 30 * MINUTE;

/** What an agent says of itself. */
type Said = Partial<SentReport['state']>;

export type Agent = ReturnType<typeof createAgent>;

/** The agent's calls: none of them does anything once this boot is over. */
export function createAgent(world: World, vm: SimulatedVm, run: PlannedRun, boot: number) {
  const { timeline, google, random, oracle } = world;
  const attempt = Number(vm.body.labels[LABELS.attempt]);
  const prefix = attemptPrefix(run.id, attempt);
  const bootId = `boot-${vm.shown.id}-${String(boot).padStart(4, '0')}`;
  const label = (what: string): string => `${vm.key} ${boot} ${what}`;
  let seq = 0;
  let said: Said = {};
  let identityMs = -Infinity;
  const now = (): string => new Date(timeline.nowMs + vm.skewMs).toISOString();
  /** By the metadata server, whose clock is right. */
  const identity = (): Record<string, string> => {
    if (timeline.nowMs - identityMs > IDENTITY_MS) identityMs = timeline.nowMs;
    return identityAttributes(genuineToken(vm.shown.name, identityMs, vm.shown.id, vm.shown.zone));
  };
  const isOver = (): boolean => vm.boots !== boot || vm.isHung;
  /** Goes on after `ms`; never, where the boot is over by then. */
  const wait = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      timeline.at(timeline.nowMs + ms, () => {
        if (!isOver()) resolve();
      });
    });
  const isDeaf = oddityOf(world, 'answers-lost', vm.body) !== undefined;
  const asked = new Set<string>();
  /** A call of the bucket; tried again while the bucket is away, and where its answer was lost. */
  const bucket = async <T>(call: string, work: () => T): Promise<T> => {
    for (;;) {
      await wait(random.between(label(`bucket ${timeline.nowMs}`), 20, 400));
      const isAway = world.spell('bucket-out') !== undefined;
      const answer = isAway ? undefined : { value: work() };
      const isHeard = !isDeaf || asked.has(call);
      if (answer) asked.add(call);
      if (answer && isHeard) return answer.value;
      await wait(10_000);
    }
  };
  const send = (kind: 'lifecycle' | 'heartbeat', writer: 'agent' | 'shutdown', state: Said): void => {
    if (world.spell('reports-lost')) return;
    const report = aReport({ run: run.id, attempt, boot: bootId, writer, kind, seq: ++seq, state });
    oracle.reports.push(report);
    const heardMs = timeline.nowMs;
    world.publish('events', { ...report, sentAt: now() }, identity(), () => {
      const id = knownId(world, vm);
      // One that was made again is not believed where the first one's id is known.
      if (id === undefined || id === vm.shown.id) vm.heardMs.push(heardMs);
    });
  };
  return {
    world,
    vm,
    run,
    attempt,
    prefix,
    bootId,
    wait,
    label,
    random,
    /** Reports are cumulative: this one adds `state` to the earlier ones. */
    report(state: Said, kind: 'lifecycle' | 'heartbeat' = 'lifecycle'): void {
      said = { ...said, ...state };
      send(kind, 'agent', said);
    },
    reportShutdown(): void {
      send('lifecycle', 'shutdown', {
        ...said,
        stopping: { preempted: vm.isPreempted, at: now() },
      });
    },
    read: (name: string): Promise<string | undefined> =>
      bucket(`GET ${name}`, () => {
        oracle.bucketCalls.push(`GET ${name}`);
        return google.objects.get(name);
      }),
    /** `onWritten`: it is there, whether or not this VM hears of it. */
    write: (name: string, text: string, onWritten?: () => void): Promise<void> =>
      bucket(`PUT ${name}`, () => {
        put(world, name, text);
        onWritten?.();
      }),
    remove: (name: string): Promise<void> => bucket(`DELETE ${name}`, () => void google.objects.delete(name)),
    create: (name: string, text: string, onWritten?: () => void): Promise<boolean> =>
      bucket(`POST ${name}`, () => {
        oracle.bucketCalls.push(`POST ${name}`);
        if (google.objects.has(name)) return false;
        put(world, name, text);
        onWritten?.();
        return true;
      }),
    oracle,
    timeline,
    time: now,
    /** A log that grew is a sign of life, as a report is. */
    async saveLog(): Promise<void> {
      await bucket(`PUT log ${now()}`, () => put(world, `${prefix}${LIVE_OBJECTS.progress}log.txt`, now()));
      vm.heardMs.push(timeline.nowMs);
    },
    /** Milliseconds of the VM's clock. */
    clockMs: () => timeline.nowMs + vm.skewMs,
    /** Adds a phase to the next report. */
    enter(phase: Phase): Said {
      said = { ...said, phase, phases: { ...said.phases, [phase]: now() } };
      return said;
    },
  };
}

function put({ google, timeline }: World, name: string, text: string): void {
  google.objects.set(name, text);
  google.writtenAt.set(name, new Date(timeline.nowMs).toISOString());
}
