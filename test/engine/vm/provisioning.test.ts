// Whether the next VM is a spot VM.
import type { MachineSpec, VmFailure, VmRecord } from '@mymlops/protocol';
import { chooseProvisioning } from '../../../functions/src/engine/vm/provisioning';
import { at, aVm } from '../../fakes/builders';

const failure: VmFailure = { reason: 'no-capacity', code: 'c', message: '', scope: 'zone' };
const REPORTS = { boot_agent: { seq: 1, receivedAt: at(60), state: { phase: 'boot' as const, phases: {} } } };
const existed = (provisioning: 'spot' | 'standard' = 'spot') => aVm({ provisioning, start: { settledAt: at(30) } });
const neverWas = aVm({ start: { settledAt: at(30), failure } });
const reported = aVm({ start: { operation: 'op' }, period: { reports: REPORTS } });

test.each<[MachineSpec['provisioning'], what: string, earlier: VmRecord[], 'spot' | 'standard']>([
  ['spot', 'after two spot VMs', [existed(), existed()], 'spot'],
  ['standard', 'at first', [], 'standard'],
  ['spot_then_standard', 'at first', [], 'spot'],
  ['spot_then_standard', 'after one spot VM', [existed()], 'spot'],
  ['spot_then_standard', 'after one, and two that there never were', [existed(), neverWas, neverWas], 'spot'],
  ['spot_then_standard', 'after one, and one that is undecided', [existed(), aVm()], 'spot'],
  ['spot_then_standard', 'after two spot VMs', [existed(), neverWas, existed()], 'standard'],
  ['spot_then_standard', 'after one, and one that only its report tells of', [existed(), reported], 'standard'],
  ['spot_then_standard', 'after one spot and one standard VM', [existed(), existed('standard')], 'spot'],
  ['spot_then_standard', 'after three', [existed(), existed(), existed()], 'standard'],
])('%s, %s', (provisioning, _what, earlier, chosen) => {
  expect(chooseProvisioning({ machine: { provisioning }, earlier })).toBe(chosen);
});
