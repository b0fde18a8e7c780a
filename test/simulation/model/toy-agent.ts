// The agent on a toy's VM: it says that it has booted, that it is still there, and that it goes down.
import { genuineToken } from '../../fakes/fake-tokens';
import type { ToyReport } from '../../fakes/toy-kind';
import { TOY, TOY_VM } from './toy-labels';
import type { SimulatedVm } from './vm';
import type { World } from './world';
import { identityAttributes } from '../../fakes/identity-attributes';

const HEARTBEAT_MS = 5 * 60_000;

/** The name of a boot says in which of the VM's starts it was. */
export const toyBootOf = ({ shown, starts }: SimulatedVm): string => `boot-${shown.id}-${starts.length}`;

export function runToyAgent(world: World, vm: SimulatedVm): void {
  const { timeline, random } = world;
  const { boots, body, shown } = vm;
  const boot = toyBootOf(vm);
  const at = timeline.nowMs;
  let seq = 0;
  const say = (writer: ToyReport['writer'], kind: ToyReport['kind']): void => {
    const report: ToyReport = { toy: TOY, vm: Number(body.labels[TOY_VM]), boot, writer, seq: ++seq, kind, state: {} };
    world.publish('events', report, identityAttributes(genuineToken(shown.name, timeline.nowMs, shown.id)));
  };
  const isOn = (): boolean => world.vms.get(vm.key) === vm && vm.boots === boots && shown.status === 'RUNNING';
  const go = (kind: ToyReport['kind'], afterMs: number): void =>
    timeline.at(timeline.nowMs + afterMs, () => {
      if (!isOn() || vm.isHung) return;
      vm.onShutdown = () => say('shutdown', 'lifecycle');
      say('agent', kind);
      go('heartbeat', HEARTBEAT_MS);
    });
  go('lifecycle', random.between(`boot ${vm.key} ${at}`, 5, 40) * 1000);
}
