// The answer to `check`: whether the deployment would run what a user may send, by the rules with which `request` decides. Looks at
// Compute Engine, and changes nothing.
import {
  cutText,
  type CheckedRun,
  type CheckFinding,
  type DeploymentCheck,
  type QuotaLimits,
  type WantedRun,
} from '@mymlops/protocol';
import { bootDisk } from '../engine/vm/boot-disk';
import { fitProblems, type Problem } from '../engine/vm/machine-fit';
import { regionOf } from '../engine/vm/regions';
import { choose, placesOf } from '../engine/vm/zone-choice';
import type { SweepContext } from './context';

export async function checkRuns(runs: readonly WantedRun[], context: SweepContext): Promise<DeploymentCheck> {
  const at = new Date(context.now()).toISOString();
  const checked = await Promise.all(runs.map((run) => checkRun(run, context)));
  const regions = new Set(checked.flatMap(({ zones }) => zones.map(regionOf)));
  const quotas = await looked('the quotas', () => readQuotas(regions, context));
  if (quotas.seen !== undefined) return { v: 1, at, runs: checked, quotas: quotas.seen };
  const [first, ...others] = checked;
  const told = first && { ...first, findings: [...first.findings, ...named(first.name, quotas.problems)] };
  return { v: 1, at, runs: [...(told ? [told] : []), ...others] };
}

async function checkRun({ name, request }: WantedRun, context: SweepContext): Promise<CheckedRun> {
  const { settings, computeCatalog: catalog } = context;
  const { machine: spec } = request;
  const machineType = spec.machineType ?? settings.machineType;
  const unchecked: CheckedRun = { name, machineType, zones: [], findings: [] };
  const refusal = refusalOf(request, context);
  // It would refuse the run for this alone, whatever Compute Engine has.
  if (refusal) return { ...unchecked, findings: named(name, [refusal]) };

  const offers = await looked(`where ${machineType} is`, () =>
    catalog.offers({ machineType, accelerator: spec.accelerator?.type }),
  );
  const places = offers.seen && placesIn(choose({ machine: spec, earlier: [], ...placesOf(settings) }, offers.seen));
  const [zone] = places?.zones ?? [];
  const facts = zone === undefined ? NOTHING : await looked(machineType, () => catalog.machineType(zone, machineType));
  const problems = [
    ...offers.problems,
    ...(places?.problems ?? []),
    ...facts.problems,
    ...(facts.seen ? fitProblems(spec, facts.seen) : []),
    ...(await bootSourceProblems(request, { machineType, zone: zone ?? '' }, context)),
    ...parallelProblems(request, settings),
  ];
  return { ...unchecked, zones: (places?.zones ?? []).toSorted(), findings: named(name, problems) };
}

/** As `request` would refuse it. */
function refusalOf(request: WantedRun['request'], { kinds, settings, now }: SweepContext): Problem | undefined {
  const kind = kinds.find(({ requests }) => Object.hasOwn(requests, request.type));
  const state = kind?.merge(undefined, request, new Date(now()).toISOString());
  const sentence = state && kind?.refusalOf(state, settings);
  if (sentence === undefined) return undefined;
  return { severity: 'error', problem: 'would be refused', remedy: sentence };
}

const SEE_GPUS = 'Choose another machine type, or other zones; to see which have GPUs: mymlops-client gpus';

function placesIn(choice: ReturnType<typeof choose>): { zones: string[]; problems: Problem[] } {
  if ('zones' in choice) return { zones: choice.zones, problems: [] };
  if ('refused' in choice) {
    const problem = `has no zone to go to: ${choice.refused.message}`;
    return { zones: [], problems: [{ severity: 'error', problem, remedy: SEE_GPUS }] };
  }
  const problem = 'would wait: the zones that may have its machine type do not answer now';
  const remedy = 'Wait for them, or permit others with zone_regex';
  return { zones: [], problems: [{ severity: 'warning', problem, remedy }] };
}

async function bootSourceProblems(
  { machine: spec }: WantedRun['request'],
  { machineType, zone }: { machineType: string; zone: string },
  { settings, computeCatalog }: SweepContext,
): Promise<Problem[]> {
  const { sourceImage, sourceSnapshot } = bootDisk(spec, { machine: machineType, zone }, settings);
  const path = sourceImage ?? sourceSnapshot ?? '';
  const isOwn = spec.image !== undefined || spec.snapshot !== undefined;
  const key = spec.snapshot === undefined ? 'image' : 'snapshot';
  const { seen, problems, isSeen } = await looked(path, () => computeCatalog.hasBootSource(path));
  if (seen === true || !isSeen) return problems;
  if (seen === undefined) {
    const problem = `boots from ${path}, which could not be looked at: the deployment has no right to in that project`;
    const remedy = `Check that it exists, and that the deployment's accounts may use it (roles/compute.imageUser)`;
    return [{ severity: 'warning', problem, remedy }];
  }
  const remedy = isOwn
    ? `Correct \`${key}\`, or leave it out: a VM then boots from the deployment's own image`
    : 'Ask the administrator of the deployment to set another image: mymlops-client deploy';
  return [{ severity: 'error', problem: `boots from ${path}, which does not exist`, remedy }];
}

function parallelProblems(
  { maxParallel }: WantedRun['request'],
  { maxParallel: most }: Pick<SweepContext['settings'], 'maxParallel'>,
): Problem[] {
  if (maxParallel === undefined || maxParallel <= most) return [];
  const problem = `sets max_parallel to ${maxParallel}, and the deployment has at most ${most} runs on VMs at a time`;
  const remedy = 'Set it lower, or ask the administrator of the deployment for more (max_parallel)';
  return [{ severity: 'warning', problem, remedy }];
}

/** The metrics that a VM takes: https://cloud.google.com/compute/resource-usage */
const OF_VMS = /CPUS|GPUS|^IN_USE_ADDRESSES$/;

async function readQuotas(
  regions: ReadonlySet<string>,
  { computeCatalog, settings: { natRegions } }: SweepContext,
): Promise<QuotaLimits> {
  const { ofProject, ofRegions } = await computeCatalog.quotas();
  const isOfVms = ({ metric }: { metric: string }): boolean => OF_VMS.test(metric);
  return {
    ofProject: ofProject.filter(isOfVms),
    ofRegions: ofRegions
      .filter(({ region }) => regions.has(region))
      .map(({ region, quotas }) => ({ region, quotas: quotas.filter(isOfVms), hasNat: natRegions.includes(region) })),
  };
}

interface Looked<T> {
  isSeen: boolean;
  seen?: T | undefined;
  problems: Problem[];
}

const NOTHING: Looked<never> = { isSeen: false, problems: [] };
const MAX_CAUSE_LENGTH = 300;

/** A look that fails is a warning, and hides nothing else. */
async function looked<T>(what: string, look: () => Promise<T>): Promise<Looked<T>> {
  try {
    return { isSeen: true, seen: await look(), problems: [] };
  } catch (error) {
    const cause = cutText(error instanceof Error ? error.message : String(error), MAX_CAUSE_LENGTH);
    const problem = `could not be checked in full: Compute Engine did not tell ${what} (${cause})`;
    const remedy = "Try again; if it stays so, look into the sweep function's log";
    return { isSeen: false, problems: [{ severity: 'warning', problem, remedy }] };
  }
}

const named = (subject: string, problems: readonly Problem[]): CheckFinding[] =>
  problems.map((problem) => ({ subject, ...problem }));
