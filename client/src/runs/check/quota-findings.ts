// Quotas of Compute Engine against what a run's VM takes: by the limits alone, as how much is in use changes from hour to hour and a
// run waits for it.
import {
  type CheckedRun,
  type CheckFinding,
  type QuotaLimit,
  type QuotaLimits,
  type WantedRun,
} from '@mymlops/protocol';
import { limitOf } from '../../deployment/checks/quota-limit';
import { ADDRESSES, type Need, needsOf } from '../../deployment/checks/vm-needs';

/** At most one finding. A run without a zone has another finding already, and none of these. */
export function quotaFindings(
  { request: { machine } }: WantedRun,
  { name, machineType, zones }: CheckedRun,
  quotas: QuotaLimits,
  project: string,
): CheckFinding[] {
  const { ofProject, ofRegion } = needsOf(
    { name, machineType, ...(machine.accelerator && { accelerator: machine.accelerator }) },
    {},
  );
  const isSpot = machine.provisioning !== 'standard';
  const lacking = (needs: readonly Need[], limits: readonly QuotaLimit[], isOfSpot: boolean): Need[] =>
    needs.filter(({ metric, need }) => limitOf(limits, metric, isOfSpot) < need);
  const finding = (problem: string): CheckFinding[] => [
    {
      ...{ severity: 'error', subject: name, problem },
      remedy: `Request more, or choose another machine type: https://console.cloud.google.com/iam-admin/quotas?project=${project}`,
    },
  ];
  const [short] = lacking(ofProject, quotas.ofProject, false);
  if (short) {
    const limit = limitOf(quotas.ofProject, short.metric, false);
    return finding(`needs ${short.need} of the project's quota ${short.metric}, whose limit is ${limit}`);
  }
  const regions = new Set(zones.map((zone) => zone.slice(0, zone.lastIndexOf('-'))));
  const open = quotas.ofRegions.filter(({ region }) => regions.has(region));
  const inEach = open.map(({ quotas: limits, hasNat }) =>
    // With Cloud NAT, VMs have no external address.
    lacking(hasNat ? ofRegion.filter(({ metric }) => metric !== ADDRESSES) : ofRegion, limits, isSpot),
  );
  if (open.length === 0 || inEach.some((needs) => needs.length === 0)) return [];
  const metrics = [...new Set(inEach.flat().map(({ metric, need }) => `${need} of ${metric}`))].join(', ');
  return finding(`needs quotas that no region has where it may go (${[...regions].join(', ')}): ${metrics}`);
}
