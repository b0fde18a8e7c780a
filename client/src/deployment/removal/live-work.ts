// Runs, builds of images, instances and VMs of a deployment that live, and disks that their VMs left. None of them is Terraform's: a VM
// or a disk that outlives its deployment would bill on, and nothing would look after it.
import { counted, LABELS, namesOf } from '@mymlops/protocol';
import { ExpectedError } from '../../core/errors';
import { EXIT } from '../../core/exit-codes';
import type { Administration, Answer, Disk, FoundInstance, LiveBuild, LiveRun, Vm } from '../../google/administration';
import { serviceOff } from '../project-refusals';
import { type Act, valueOrRefuse } from '../value-or-refuse';

export interface LiveWork {
  runs: LiveRun[];
  builds: LiveBuild[];
  /** On or off: each has a disk with the work of its user. */
  instances: FoundInstance[];
  vms: Vm[];
  /** No VM has them. */
  disks: Disk[];
}

/** Throws ExpectedError where Google refuses to tell. */
export async function findLiveWork(administration: Administration, deployment: string): Promise<LiveWork> {
  const { database } = namesOf(administration.project, deployment);
  const { history } = administration;
  const [vms, disks, runs, builds, instances] = await Promise.all([
    findVms(administration, deployment),
    findDisks(administration, deployment),
    history.liveRuns(database).then((answer) => listOf(answer, { act: 'read the runs', role: 'datastore.viewer' })),
    history.liveBuilds(database).then((answer) => listOf(answer, { act: 'read the builds', role: 'datastore.viewer' })),
    history
      .instances(database)
      .then((answer) => listOf(answer, { act: 'read the instances', role: 'datastore.viewer' })),
  ]);
  return { runs, builds, instances, vms, disks };

  function listOf<T>(answer: Answer<T[]>, act: Omit<Act, 'project'>): T[] {
    return isWithoutDatabase(answer) ? [] : valueOrRefuse(answer, { project: administration.project, ...act });
  }
}

/** The label is the mark of ownership, whatever else a VM has. Throws ExpectedError where Google refuses to tell. */
export async function findVms({ project, vms }: Administration, deployment: string): Promise<Vm[]> {
  const answer = await vms.withLabel(LABELS.deployment, deployment);
  return isComputeOff(answer) ? [] : valueOrRefuse(answer, { project, act: 'list the VMs', role: 'compute.viewer' });
}

/**
 * Those that no VM has: the others go with their VMs, or are in use by a VM that is not the deployment's. Throws ExpectedError where
 * Google refuses to tell.
 */
export async function findDisks({ project, disks }: Administration, deployment: string): Promise<Disk[]> {
  const answer = await disks.withLabel(LABELS.deployment, deployment);
  if (isComputeOff(answer)) return [];
  const all = valueOrRefuse(answer, { project, act: 'list the disks', role: 'compute.viewer' });
  return all.filter(({ isInUse }) => !isInUse);
}

/** While the API of Firestore is off, the database may exist, and be full of runs. */
const isWithoutDatabase = ({ refusal }: Answer<unknown>): boolean =>
  refusal?.status === 404 && serviceOff(refusal) === undefined;

/** Then there is no VM and no disk. */
const isComputeOff = ({ refusal }: Answer<unknown>): boolean =>
  refusal !== undefined && serviceOff(refusal) === 'compute.googleapis.com';

/** Something of the deployment lives, or bills on. */
export const hasLife = (work: LiveWork): boolean => hasMoreThanDisks(work) || work.disks.length > 0;

const hasMoreThanDisks = ({ runs, builds, instances, vms }: LiveWork): boolean =>
  runs.length + builds.length + instances.length + vms.length > 0;

/** One line each. */
export function linesOf(work: Partial<LiveWork>): string[] {
  const { runs = [], builds = [], instances = [], vms = [], disks = [] } = work;
  return [
    ...runs.map(({ run, status }) => `  run ${run}: ${status}`),
    ...builds.map(({ build, status }) => `  build ${build}: ${status}`),
    ...instances.map(({ name, status }) => `  instance ${name}: ${status}, and its disk with its user's work`),
    ...vms.map(({ name, zone, status }) => `  VM ${name} in ${zone}: ${status}`),
    ...disks.map(({ name, zone }) => `  disk ${name} in ${zone}`),
  ];
}

/** Such as "2 runs, 1 build and 1 VM". */
export function countOf(work: Partial<LiveWork>): string {
  const { runs = [], builds = [], instances = [], vms = [], disks = [] } = work;
  const counts = [
    ...(runs.length > 0 ? [counted(runs.length, 'run')] : []),
    ...(builds.length > 0 ? [counted(builds.length, 'build')] : []),
    ...(instances.length > 0 ? [counted(instances.length, 'instance')] : []),
    ...(vms.length > 0 ? [counted(vms.length, 'VM')] : []),
    ...(disks.length > 0 ? [counted(disks.length, 'disk')] : []),
  ];
  return [counts.slice(0, -1).join(', '), ...counts.slice(-1)].filter((part) => part !== '').join(' and ');
}

export function refuseLiveWork(work: LiveWork, project: string): ExpectedError {
  const ways = [
    'Nothing was changed.',
    ...(work.runs.length > 0 ? [`End the runs: npx mymlops-client --project ${project} cancel RUN`] : []),
    ...(work.builds.length > 0 ? [`End the builds: npx mymlops-client --project ${project} image cancel BUILD`] : []),
    ...(work.instances.length > 0
      ? [`Delete the instances with their disks: npx mymlops-client --project ${project} delete NAME`]
      : []),
    wayByForce(work),
  ];
  return new ExpectedError(
    [
      `${countOf(work)} of this deployment ${hasMoreThanDisks(work) ? 'still live' : work.disks.length === 1 ? 'still exists' : 'still exist'}:`,
      ...linesOf(work),
      ...ways,
    ].join('\n'),
    EXIT.error,
  );
}

/** A disk without a VM may be that of a build whose image Google still makes. */
const wayByForce = (work: LiveWork): string => {
  if (!hasMoreThanDisks(work)) return 'Let `deploy --destroy --force` delete the disks that no VM has.';
  const disks = work.disks.length + work.instances.length > 0 ? ' and the disks' : '';
  const its = work.instances.length > 0 ? ', with the work that is on them' : '';
  return `Or let \`deploy --destroy --force\` end them, and delete the VMs${disks}${its}.`;
};
