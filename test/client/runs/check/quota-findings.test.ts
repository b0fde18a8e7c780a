// Quotas against what a VM takes.
import type { CommitRequest, QuotaLimit, QuotaLimits } from '@mymlops/protocol';
import { quotaFindings } from '../../../../client/src/runs/check/quota-findings';
import { aCommit } from '../../../fakes/builders';

const limits = (of: Record<string, number>): QuotaLimit[] =>
  Object.entries(of).map(([metric, limit]) => ({ metric, limit, usage: limit }));

const PLENTY = { GPUS_ALL_REGIONS: 8, CPUS_ALL_REGIONS: 100 };

const quotas = (ofProject: Record<string, number>, ofRegions: Record<string, Record<string, number>>): QuotaLimits => ({
  ofProject: limits(ofProject),
  ofRegions: Object.entries(ofRegions).map(([region, of]) => ({
    region,
    quotas: limits(of),
    hasNat: region.startsWith('nat'),
  })),
});

function problems(given: QuotaLimits, machine: Partial<CommitRequest['machine']> = {}, zones = ['eu-a', 'us-b']) {
  const request = aCommit({ machine: { provisioning: 'standard', machineType: 'g2-standard-24', ...machine } });
  const machineType = request.machine.machineType ?? '';
  return quotaFindings(
    { name: 'profile x', request },
    { name: 'profile x', machineType, zones, findings: [] },
    given,
    'p',
  );
}

const L4 = { NVIDIA_L4_GPUS: 2 };

test.each<[what: string, quotas: QuotaLimits]>([
  ['enough, however much is in use', quotas(PLENTY, { eu: L4 })],
  ['enough in one of two regions', quotas(PLENTY, { eu: L4, us: { NVIDIA_L4_GPUS: 0 } })],
  ['nothing is known', quotas({}, {})],
  ['a region where the VM may not go has none', quotas(PLENTY, { eu: L4, asia: { NVIDIA_L4_GPUS: 0 } })],
])('%s: no finding', (_what, given) => {
  expect(problems(given)).toEqual([]);
});

test('no GPU in the whole project', () => {
  expect(problems(quotas({ GPUS_ALL_REGIONS: 0 }, { eu: L4 }))).toEqual([
    {
      ...{ severity: 'error', subject: 'profile x' },
      problem: "needs 2 of the project's quota GPUS_ALL_REGIONS, whose limit is 0",
      remedy:
        'Request more, or choose another machine type: https://console.cloud.google.com/iam-admin/quotas?project=p',
    },
  ]);
});

test('too few in each region where it may go', () => {
  const [finding] = problems(quotas(PLENTY, { eu: { NVIDIA_L4_GPUS: 1 }, us: { NVIDIA_L4_GPUS: 0 } }));
  expect(finding?.problem).toBe('needs quotas that no region has where it may go (eu, us): 2 of NVIDIA_L4_GPUS');
});

test('a spot VM takes the quota of spot VMs, where the project has one', () => {
  const given = quotas(PLENTY, { eu: { NVIDIA_L4_GPUS: 0, PREEMPTIBLE_NVIDIA_L4_GPUS: 4 } });
  expect(problems(given, { provisioning: 'spot' }, ['eu-a'])).toEqual([]);
  expect(problems(given, { provisioning: 'standard' }, ['eu-a'])).toHaveLength(1);
});

test('an address counts only where VMs have one', () => {
  const none = { ...L4, IN_USE_ADDRESSES: 0 };
  expect(problems(quotas(PLENTY, { eu: none }), {}, ['eu-a'])).toHaveLength(1);
  expect(problems(quotas(PLENTY, { 'nat-eu': none }), {}, ['nat-eu-a'])).toEqual([]);
});
