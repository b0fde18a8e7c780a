// VMs that Google refuses because their parts do not go together.
import { checkDisks, checkNetworks, misfitOf } from '../../../../deploy/local/compute/misfits';

const diskOf = (type: string, make = true) => ({ make, type });

test.each<[machineType: string, type: string, isTaken: boolean]>([
  ['n2-standard-4', 'pd-balanced', true],
  ['n2-standard-4', 'pd-standard', true],
  ['n2-standard-4', 'hyperdisk-balanced', false],
  ['e2-standard-4', 'hyperdisk-balanced', false],
  ['n4-standard-2', 'pd-standard', false],
  ['n4-standard-2', 'pd-balanced', false],
  ['n4-standard-2', 'hyperdisk-balanced', true],
  ['c4-standard-8', 'pd-ssd', false],
  ['g2-standard-4', 'pd-standard', false],
  ['g2-standard-4', 'pd-balanced', true],
  ['this-computer', 'pd-balanced', true],
])('%s with a disk of type %s: %s', (machineType, type, isTaken) => {
  const check = (): void => checkDisks({ machineType, disks: [diskOf(type)] });
  if (isTaken) return check();
  expect(check).toThrow(`${type} disk type cannot be used by ${machineType} machine type.`);
  // A disk that exists is what it is.
  checkDisks({ machineType, disks: [diskOf(type, false)] });
});

test.each<[machineType: string, accelerator: string | undefined, isTaken: boolean, count?: number]>([
  ['n1-standard-8', 'nvidia-tesla-t4', true],
  ['n1-standard-96', 'nvidia-tesla-t4', true, 4],
  ['n1-standard-96', 'nvidia-tesla-t4', false, 8],
  ['n1-standard-96', 'nvidia-tesla-t4', false, 1],
  ['n1-standard-16', 'nvidia-tesla-v100', false, 1],
  ['n1-standard-16', 'nvidia-tesla-v100', true, 2],
  ['custom-26-20480', 'nvidia-tesla-p4', false, 1],
  ['custom-24-20480', 'nvidia-tesla-p4', true, 1],
  ['n2-standard-32', 'nvidia-tesla-t4', false],
  ['g2-standard-4', 'nvidia-l4', true],
  ['n1-standard-8', 'nvidia-l4', false],
  ['a2-highgpu-1g', 'nvidia-tesla-a100', true],
  ['a2-ultragpu-1g', 'nvidia-tesla-a100', false],
  ['a3-highgpu-8g', 'nvidia-h100-80gb', true],
  ['e2-standard-4', undefined, true],
  ['this-computer', 'nvidia-tesla-t4', true],
])('%s with the accelerator %s: %s', (machineType, type, isTaken, count = 1) => {
  const fault = misfitOf({ machineType, accelerators: type === undefined ? [] : [{ type, count }] });
  expect(fault === undefined).toBe(isTaken);
  if (!isTaken)
    expect(fault?.message).toBe(`[${machineType}, ${type}] features are not compatible for creating instance.`);
});

test('a network in custom mode needs its subnetwork named', () => {
  checkNetworks([
    { network: 'global/networks/default' },
    {},
    { network: 'projects/p/global/networks/own', subnetwork: 's' },
  ]);
  expect(() => checkNetworks([{ network: 'projects/p/global/networks/own' }])).toThrow(
    "Invalid value for field 'resource.networkInterfaces[0].subnetwork': ''. Network interface must specify a subnet",
  );
});
