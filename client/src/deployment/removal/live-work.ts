// Runs, builds of images and VMs of a deployment that live. None of them is Terraform's: a VM that outlives its deployment would bill on, and nothing
// would look after it.
import { counted, LABELS, namesOf } from '@mymlops/protocol';
import { ExpectedError } from '../../core/errors';
import { EXIT } from '../../core/exit-codes';
import type { Administration, Answer, LiveBuild, LiveRun, Vm } from '../../google/administration';
import { serviceOff } from '../project-refusals';
import { type Act, valueOrRefuse } from '../value-or-refuse';

export interface LiveWork {
  runs: LiveRun[];
  builds: LiveBuild[];
  vms: Vm[];
}

/** Throws ExpectedError where Google refuses to tell. */
export async function findLiveWork(administration: Administration, deployment: string): Promise<LiveWork> {
  const { database } = namesOf(administration.project, deployment);
  const { history } = administration;
  const [vms, runs, builds] = await Promise.all([
    findVms(administration, deployment),
    history.liveRuns(database).then((answer) => listOf(answer, { act: 'read the runs', role: 'datastore.viewer' })),
    history.liveBuilds(database).then((answer) => listOf(answer, { act: 'read the builds', role: 'datastore.viewer' })),
  ]);
  return { runs, builds, vms };

  function listOf<T>(answer: Answer<T[]>, act: Omit<Act, 'project'>): T[] {
    return hasNone(answer) ? [] : valueOrRefuse(answer, { project: administration.project, ...act });
  }
}

/** The label is the mark of ownership, whatever else a VM has. Throws ExpectedError where Google refuses to tell. */
export async function findVms({ project, vms }: Administration, deployment: string): Promise<Vm[]> {
  const answer = await vms.withLabel(LABELS.deployment, deployment);
  return hasNone(answer) ? [] : valueOrRefuse(answer, { project, act: 'list the VMs', role: 'compute.viewer' });
}

/** Without the database, or where the API was never on, nothing can live. */
const hasNone = ({ refusal }: Answer<unknown>): boolean =>
  refusal !== undefined && (refusal.status === 404 || serviceOff(refusal) !== undefined);

export const hasLife = ({ runs, builds, vms }: LiveWork): boolean => runs.length + builds.length + vms.length > 0;

/** One line each. */
export const linesOf = ({ runs = [], builds = [], vms = [] }: Partial<LiveWork>): string[] => [
  ...runs.map(({ run, status }) => `  run ${run}: ${status}`),
  ...builds.map(({ build, status }) => `  build ${build}: ${status}`),
  ...vms.map(({ name, zone, status }) => `  VM ${name} in ${zone}: ${status}`),
];

/** Such as "2 runs, 1 build and 1 VM". */
export function countOf({ runs = [], builds = [], vms = [] }: Partial<LiveWork>): string {
  const counts = [
    ...(runs.length > 0 ? [counted(runs.length, 'run')] : []),
    ...(builds.length > 0 ? [counted(builds.length, 'build')] : []),
    ...(vms.length > 0 ? [counted(vms.length, 'VM')] : []),
  ];
  return [counts.slice(0, -1).join(', '), ...counts.slice(-1)].filter((part) => part !== '').join(' and ');
}

export function refuseLiveWork(work: LiveWork, project: string): ExpectedError {
  const ways = [
    'Nothing was changed.',
    ...(work.runs.length > 0 ? [`End the runs: npx mymlops-client --project ${project} cancel RUN`] : []),
    ...(work.builds.length > 0 ? [`End the builds: npx mymlops-client --project ${project} image cancel BUILD`] : []),
    'Or let `deploy --destroy --force` end them, and delete the VMs.',
  ];
  return new ExpectedError(
    [`${countOf(work)} of this deployment still live:`, ...linesOf(work), ...ways].join('\n'),
    EXIT.error,
  );
}
