// The machine spec of a request: what it may hold.
import { isRegex, machineSpec, parseWith } from '@mymlops/protocol';

const errorOf = (spec: object): string | undefined => {
  const parsed = parseWith(machineSpec, spec);
  return parsed.ok ? undefined : parsed.error;
};

test('nothing in it: a spot VM of the deployment', () => {
  expect(parseWith(machineSpec, {})).toEqual({ ok: true, value: { provisioning: 'spot' } });
});

test.each<[string, object]>([
  ['a machine type', { machineType: 'n1-standard-4' }],
  ['a custom one', { machineType: 'e2-custom-4-8192' }],
  ['a pattern of zones', { zoneRegex: 'us-(central|east)' }],
  ['a GPU', { accelerator: { type: 'nvidia-tesla-t4', count: 1 } }],
  ['sixteen GPUs', { accelerator: { type: 'nvidia-tesla-t4', count: 16 } }],
  ['an image', { image: 'projects/p/global/images/family/f' }],
  ['a snapshot', { snapshot: 'base' }],
  ['the smallest disk', { disk: { sizeGb: 10 } }],
  ['the largest disk', { disk: { sizeGb: 65_536, type: 'pd-ssd' } }],
  ['a service account', { serviceAccount: 'train@p.iam.gserviceaccount.com' }],
  ['each provisioning', { provisioning: 'spot_then_standard' }],
])('is accepted: %s', (_what, spec) => {
  expect(errorOf(spec)).toBeUndefined();
});

test.each<[string, object, string]>([
  ['a path as the machine type', { machineType: 'zones/a/machineTypes/b' }, 'machineType: not the name of a type'],
  ['a pattern that cannot be used', { zoneRegex: '(' }, 'zoneRegex: not a regular expression'],
  ['no GPU', { accelerator: { type: 't4', count: 0 } }, 'accelerator.count'],
  ['seventeen GPUs', { accelerator: { type: 't4', count: 17 } }, 'accelerator.count'],
  ['half a GPU', { accelerator: { type: 't4', count: 0.5 } }, 'accelerator.count'],
  ['a GPU without a type', { accelerator: { count: 1 } }, 'accelerator.type'],
  ['another image', { image: 'a b' }, 'image: not an image'],
  ['another snapshot', { snapshot: 'a b' }, 'snapshot: not a snapshot'],
  ['two sources of the disk', { image: 'i', snapshot: 's' }, 'an image and a snapshot'],
  ['a disk that is too small', { disk: { sizeGb: 9 } }, 'disk.sizeGb'],
  ['a disk that is too large', { disk: { sizeGb: 65_537 } }, 'disk.sizeGb'],
  ['another provisioning', { provisioning: 'cheap' }, 'provisioning'],
  ['a service account without a domain', { serviceAccount: 'train' }, 'serviceAccount'],
  ['a field that nobody knows', { gpus: 1 }, 'gpus'],
])('is refused: %s', (_what, spec, error) => {
  expect(errorOf(spec)).toContain(error);
});

test.each([
  ['us-.*', true],
  ['', true],
  ['(', false],
  ['[z-a]', false],
])('the pattern %j can be used: %s', (text, isUsable) => {
  expect(isRegex(text)).toBe(isUsable);
});
