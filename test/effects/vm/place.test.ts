// Where a VM goes: which machine type is looked for, and what the record says.
import type { MachineSpec } from '@mymlops/protocol';
import { placeVm } from '../../../functions/src/effects/vm/place';
import { RUN } from '../../fakes/builders';
import { fakeGoogle } from '../../fakes/google';
import { aRun, effectContext, stored } from '../task';

async function place(machine: MachineSpec) {
  const google = fakeGoogle();
  const { compute } = google.context;
  const asked: object[] = [];
  google.context.compute = {
    ...compute,
    offers: (wanted) => {
      asked.push(wanted);
      return compute.offers(wanted);
    },
  };
  const plan = {
    ...{ kind: 'run', machine, earlier: [], tried: [], name: 'a-vm', requestParts: [RUN, 1] },
    ...{ maxRunDurationSeconds: 60, terminationAction: 'DELETE' as const, pools: [] },
  };
  const placed = await placeVm(stored(aRun()), plan, effectContext(google));
  return { asked, vm: 'vm' in placed ? placed.vm : undefined };
}

test('without a machine type that of the deployment is looked for', async () => {
  const { asked, vm } = await place({ provisioning: 'spot' });
  expect(asked).toEqual([{ machineType: 'this-computer', accelerator: undefined }]);
  expect(vm?.machine).toBe('this-computer');
});

test('the machine type and the accelerator of the request are looked for together', async () => {
  const accelerator = { type: 'nvidia-tesla-t4', count: 1 };
  const { asked, vm } = await place({ provisioning: 'spot', machineType: 'n1-standard-4', accelerator });
  expect(asked).toEqual([{ machineType: 'n1-standard-4', accelerator: 'nvidia-tesla-t4' }]);
  expect(vm?.machine).toBe('n1-standard-4');
});
