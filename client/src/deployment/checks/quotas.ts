// Check: Compute Engine's quotas suffice for the network, and for the VMs of mymlops.yml.
// https://cloud.google.com/compute/resource-usage
import type { Administration, Quota, RegionQuotas } from '../../google/administration';
import { type Finding, stop, warning } from './finding';
import { limitOf } from './quota-limit';
import { unchecked } from './unchecked';
import { ADDRESSES, needsOf } from './vm-needs';
import { hasOwnNetwork, listOf, type WantedDeployment, type WantedVm } from './wanted';

const ABOUT = 'quotas';

const pageOf = (project: string): string => `https://console.cloud.google.com/iam-admin/quotas?project=${project}`;

export async function checkQuotas({ project, quotas }: Administration, wanted: WantedDeployment): Promise<Finding[]> {
  const [own, regions] = await Promise.all([quotas.ofProject(), quotas.ofRegions()]);
  if (own.refusal) return [unchecked(ABOUT, 'Quotas', own.refusal, { project, permission: 'compute.projects.get' })];
  if (regions.refusal) {
    return [unchecked(ABOUT, 'Quotas', regions.refusal, { project, permission: 'compute.regions.list' })];
  }
  const network =
    wanted.isNew && hasOwnNetwork(wanted) ? networkFindings(project, wanted, own.value, regions.value) : [];
  return [...network, ...wanted.vms.flatMap((vm) => vmFindings(project, wanted, vm, own.value, regions.value))];
}

function networkFindings(
  project: string,
  { variables }: WantedDeployment,
  quotas: readonly Quota[],
  regions: readonly RegionQuotas[],
): Finding[] {
  const needs: Record<string, number> = {
    NETWORKS: 1,
    // In auto mode, a network has one in each region.
    SUBNETWORKS: regions.length,
    FIREWALLS: 1,
    ROUTERS: listOf(variables, 'nat_regions').length,
  };
  return Object.entries(needs).flatMap(([metric, need]) => {
    const quota = quotas.find((one) => one.metric === metric);
    if (need === 0 || quota === undefined || quota.limit - quota.usage >= need) return [];
    const { limit, usage } = quota;
    return stop(
      ABOUT,
      `The deployment's own network needs ${need} more of the quota ${metric}, of which ${usage} of ${limit} are in use. Request more, or share a network: mymlops-client deploy --project ${project} --set network=projects/P/global/networks/N`,
      pageOf(project),
    );
  });
}

/** By the limits alone: how much is in use changes from hour to hour, and a run waits for it. */
function vmFindings(
  project: string,
  wanted: WantedDeployment,
  vm: WantedVm,
  quotas: readonly Quota[],
  regions: readonly RegionQuotas[],
): Finding[] {
  const page = pageOf(project);
  const isSpot = vm.provisioning !== 'standard';
  const { ofProject, ofRegion } = needsOf(vm, wanted.variables);
  const short = ofProject.find(({ metric, need }) => limitOf(quotas, metric, false) < need);
  if (short !== undefined) {
    const limit = limitOf(quotas, short.metric, false);
    const sentence = `${vm.name} takes a VM that needs ${short.need} of the quota ${short.metric}, whose limit is ${limit}.`;
    return [warning(ABOUT, sentence, page)];
  }
  const isOpen = regionsOf(vm, wanted);
  const open = regions.filter(({ region }) => isOpen(region));
  if (open.length === 0) return [];
  const withNat = listOf(wanted.variables, 'nat_regions');
  const lacking = open.map(({ region, quotas: limits }) =>
    ofRegion
      .filter(({ metric }) => metric !== ADDRESSES || !withNat.includes(region))
      .filter(({ metric, need }) => limitOf(limits, metric, isSpot) < need),
  );
  if (lacking.some((needs) => needs.length === 0)) return [];
  const metrics = [...new Set(lacking.flat().map(({ metric, need }) => `${need} of ${metric}`))].join(', ');
  const sentence =
    vm.zoneRegex === undefined
      ? `Region ${wanted.region} lacks quotas that a VM of ${vm.name} needs: ${metrics}. Request more, or permit other regions with zone_regex.`
      : `No region that zone_regex ${vm.zoneRegex} permits has the quotas that a VM of ${vm.name} needs: ${metrics}.`;
  return [warning(ABOUT, sentence, page)];
}

/**
 * The regions in which the functions may make the VM: as they choose a zone. The expression is about zones, which have a letter
 * after their region. One that is not valid permits none: whoever reads mymlops.yml says so.
 */
function regionsOf(
  { zoneRegex }: WantedVm,
  { region: home, variables }: WantedDeployment,
): (region: string) => boolean {
  const withSubnetwork = Object.keys(variables['subnetworks'] ?? {});
  const hasNetwork = (region: string): boolean => withSubnetwork.length === 0 || withSubnetwork.includes(region);
  if (zoneRegex === undefined) return (region) => region === home && hasNetwork(region);
  const pattern = patternOf(zoneRegex);
  return (region) =>
    hasNetwork(region) && Array.from('abcdef').some((letter) => pattern?.test(`${region}-${letter}`) === true);
}

function patternOf(zoneRegex: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${zoneRegex})`);
  } catch {
    return undefined;
  }
}
