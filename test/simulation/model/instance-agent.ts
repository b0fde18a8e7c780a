// The agent on an instance's VM, as far as the deployment can see it: it says that it serves, whether somebody works, and answers
// a proposal to stop.
import { CONTROL_KEY, FENCE, instanceVmPrefix, LABELS, type InstanceReportState } from '@mymlops/protocol';
import { genuineToken } from '../../fakes/fake-tokens';
import { identityAttributes } from '../../fakes/identity-attributes';
import { SPEC } from './instance-kind';
import { INSTANCE } from './instance-labels';
import type { SimulatedVm } from './vm';
import { endVm } from './vm-lifecycle';
import type { World } from './world';

const HEARTBEAT_MS = 60_000;
/** From its word that it goes until its power is off. */
const GOES_MS = 20_000;

export const isBusy = (world: World): boolean => world.spell('works') !== undefined;

/** The name of a boot says in which of the VM's starts it was, and which one of that start it is. */
const bootOf = ({ shown, starts, boots }: SimulatedVm): string => `boot-${shown.id}-${starts.length}-${boots}`;

export function runInstanceAgent(world: World, vm: SimulatedVm): void {
  const { timeline, random, google } = world;
  const { boots, body, shown } = vm;
  const bootMs = timeline.nowMs;
  const boot = bootOf(vm);
  const uid = body.labels[LABELS.uid] ?? '';
  const number = Number(body.labels[LABELS.vm]);
  const phases: InstanceReportState['phases'] = { boot: new Date(bootMs).toISOString() };
  let state: InstanceReportState = { phase: 'boot', phases };
  let seq = 0;
  let answered = 0;
  const isOver = (): boolean =>
    world.vms.get(vm.key) !== vm || vm.boots !== boots || shown.status !== 'RUNNING' || vm.isHung;
  const say = (
    writer: 'agent' | 'shutdown',
    kind: 'lifecycle' | 'heartbeat',
    more: Partial<InstanceReportState>,
  ): void => {
    state = { ...state, ...more };
    if (world.spell('reports-lost')) return;
    const sentAt = new Date(timeline.nowMs).toISOString();
    const report = { v: 1, instance: INSTANCE, uid, attempt: number, boot, writer, seq: ++seq, kind, sentAt, state };
    world.publish('events', report, identityAttributes(genuineToken(shown.name, timeline.nowMs, shown.id, shown.zone)));
  };
  const after = (ms: number, work: () => void): void =>
    timeline.at(timeline.nowMs + ms, () => {
      if (!isOver()) work();
    });
  const idleMs = (): number => (isBusy(world) ? 0 : timeline.nowMs - Math.max(bootMs, lastWorkMs(world)));
  const signals = (): InstanceReportState['signals'] => ({
    kernels: isBusy(world) ? { says: 'busy' } : { says: 'idle', idleSeconds: Math.floor(idleMs() / 1000) },
  });
  /** The work of an agent: it looks anew before it answers. */
  const answer = (proposal: number): void => {
    answered = proposal;
    if (isBusy(world) || idleMs() < SPEC.idleSeconds * 1000) {
      return say('agent', 'lifecycle', { signals: signals(), answer: { proposal, says: 'vetoed', signal: 'kernels' } });
    }
    world.oracle.gone.add(`${vm.key} ${vm.starts.length}`);
    say('agent', 'lifecycle', { signals: signals(), answer: { proposal, says: 'going' } });
    after(GOES_MS, () => endVm(world, vm, 'TERMINATED'));
  };
  const beat = (): void => {
    const { proposal } = controlOf(vm);
    if (proposal > answered) answer(proposal);
    else say('agent', 'heartbeat', { signals: signals() });
    after(HEARTBEAT_MS, beat);
  };
  const label = (what: string): string => `${vm.key} ${boots} ${what}`;
  after(random.between(label('boot'), 5, 40) * 1000, () => {
    const fence = `${instanceVmPrefix(INSTANCE, uid, number)}${FENCE}`;
    if (google.objects.has(fence)) return endVm(world, vm, 'TERMINATED');
    vm.onShutdown = () =>
      say('shutdown', 'lifecycle', { stopping: { preempted: vm.isPreempted, at: state.phases.boot ?? '' } });
    // An answer of an earlier boot is over with it: the proposal stands in the metadata.
    answered = controlOf(vm).proposal;
    say('agent', 'lifecycle', {});
    after(random.between(label('serve'), 5, 90) * 1000, () => {
      say('agent', 'lifecycle', {
        phase: 'serve',
        phases: { ...phases, serve: new Date(timeline.nowMs).toISOString() },
      });
      beat();
    });
  });
}

/** When somebody worked last. */
export function lastWorkMs({ plan, startMs, timeline }: World): number {
  const ends = plan.faults.flatMap((fault) =>
    fault.kind === 'works' && startMs + fault.fromMs <= timeline.nowMs ? [startMs + fault.toMs] : [],
  );
  return Math.max(-Infinity, ...ends);
}

function controlOf({ metadata }: SimulatedVm): { proposal: number } {
  const proposal = /^proposal=(\d+)$/m.exec(metadata.get(CONTROL_KEY) ?? '')?.[1];
  return { proposal: Number(proposal ?? 0) };
}
