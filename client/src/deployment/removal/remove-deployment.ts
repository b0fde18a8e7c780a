// `deploy --destroy`: removes a deployment, and keeps its history, its results, its secrets and its images. Each part may be
// repeated: a removal that was killed is started again.
import { compareVersions, isPartner, VERSION } from '@mymlops/protocol';
import type { Context } from '../../core/context';
import { ExpectedError } from '../../core/errors';
import { EXIT } from '../../core/exit-codes';
import { withWorkFolder } from '../terraform/work-folder';
import type { Administration } from '../../google/administration';
import { agree, type Asking } from '../agreement';
import { findKept, isEmpty, type Kept } from '../kept';
import { findKnown } from '../known-deployment';
import { writeJsonRoot } from '../root-json';
import { STATE_LABEL, type StoredChoices } from '../state-bucket';
import { findTerraform } from '../terraform/find-terraform';
import { openTerraformFolder } from '../terraform/terraform-folder';
import { valueOrRefuse } from '../value-or-refuse';
import { checkName, deleteKept } from './delete-kept';
import { deleteVmsAndDisks } from './delete-vms';
import { endLiveWork } from './end-live-work';
import { leftBehind } from './left-behind';
import {
  countOf,
  findDisks,
  findLiveWork,
  findVms,
  hasLife,
  linesOf,
  refuseLiveWork,
  type LiveWork,
} from './live-work';
import type { Ending } from './wait-until-none';

export interface Removing extends Asking, Pick<Ending, 'now' | 'sleep'> {
  context: Context;
  administration: Administration;
  deployment: string;
  /** `--plan`: nothing is changed. */
  isPlan: boolean;
  /** `--force`: runs, builds and VMs that live are ended, and disks without a VM are deleted. */
  isForced: boolean;
  /** `--delete-history`: the deployment's name. */
  deleteHistory?: string | undefined;
  /** `--impersonate`. */
  impersonate?: string | undefined;
  /** Variables for Terraform, beside those of the context. */
  environment?: Readonly<Record<string, string>> | undefined;
}

/** Whether something was removed, or with `isPlan` would be. Throws ExpectedError for all that is in the way. */
export async function removeDeployment(removing: Removing): Promise<{ isChanged: boolean }> {
  const { context, administration, deployment, isPlan, isForced, deleteHistory } = removing;
  checkName(deleteHistory, deployment);
  const program = await findTerraform(context.env);
  const { choices, stateBucket, projectNumber } = await findExisting(administration, deployment);
  const { project } = administration;
  const live = await findLiveWork(administration, deployment);
  if (hasLife(live) && !isForced) throw refuseLiveWork(live, project);

  return withWorkFolder(context, async (folder) => {
    writeJsonRoot(folder, { choices, stateBucket, localCloudProgram: context.localCloudProgram });
    const root = openTerraformFolder({ ...removing, program, folder, isRemoval: true });
    context.notice(`Planning the removal with ${program.name} ${program.version}`);
    await root.init();
    const { changes } = await root.plan();
    const kept = await findKept(administration, choices);
    const doomed = deleteHistory !== undefined && !isEmpty(kept) ? kept : undefined;
    if (hasLife(live)) context.notice(['These still exist:', ...linesOf(live)].join('\n'));
    const isChanged = changes || hasLife(live) || doomed !== undefined;
    if (isPlan) return { isChanged };
    if (isChanged) await agree(removing, question(deployment, { live, changes, doomed }));
    await endAll(removing, live);
    if (changes) await root.apply();
    await lookForVmsAndDisks(removing);
    if (doomed) await deleteKept(removing, doomed);
    const left = await findKept(administration, choices);
    context.notice(leftBehind({ ...choices, stateBucket, projectNumber, kept: left }));
    return { isChanged };
  });
}

interface Existing extends StoredChoices {
  stateBucket: string;
  projectNumber: string;
}

async function findExisting(administration: Administration, deployment: string): Promise<Existing> {
  const { project, projects } = administration;
  const { number } = valueOrRefuse(await projects.get(), { project, act: 'look at it', role: 'browser' });
  const { bucket, stored } = await findKnown(administration, { deployment, projectNumber: number });
  if (bucket === undefined || !stored) {
    throw new ExpectedError(
      `\`deploy\` has not made a deployment "${deployment}" in project ${project}: no bucket with the label ${STATE_LABEL}=${deployment} has its choices. One that a Terraform of your own has made is removed by that one: terraform destroy`,
      EXIT.notFound,
    );
  }
  refuseOtherVersion(stored, project);
  return { ...stored, stateBucket: bucket, projectNumber: number };
}

/** Terraform removes with the files that it made it with, or nearly. */
function refuseOtherVersion({ choices: { deployment, version } }: StoredChoices, project: string): void {
  if (isPartner(VERSION, version)) return;
  const age = compareVersions(VERSION, version) < 0 ? 'older' : 'newer';
  throw new ExpectedError(
    `Deployment "${deployment}" has version ${version}, and this client is ${age}. Remove it with its own: npx mymlops-client@${version} --project ${project} deploy --destroy`,
  );
}

function question(
  deployment: string,
  { live, changes, doomed }: { live: LiveWork; changes: boolean; doomed: Kept | undefined },
): string {
  const work = countOf({ ...live, disks: [] });
  const parts = [
    ...(work !== '' ? [`end ${work}`] : []),
    ...(live.disks.length > 0 ? [`delete ${countOf({ disks: live.disks })}`] : []),
    ...(changes ? ['remove all that is listed above'] : []),
    ...(doomed ? [`delete for ever ${namesIn(doomed)}`] : []),
  ];
  return `Deployment "${deployment}": ${parts.join(', then ')}?`;
}

const namesIn = ({ database, buckets, secrets, images }: Kept): string =>
  [...(database === undefined ? [] : [database]), ...buckets.map(({ name }) => name), ...secrets, ...images].join(', ');

/** Looks again: the answer to a question may take an hour. */
async function endAll(removing: Removing, seen: LiveWork): Promise<void> {
  const { administration, deployment, isForced } = removing;
  const live = await findLiveWork(administration, deployment);
  if (!hasLife(live)) return;
  if (!isForced || (!hasLife(seen) && !removing.isAgreed)) throw refuseLiveWork(live, administration.project);
  await endLiveWork(removing, live);
}

/**
 * A request that was under way may have made one more VM meanwhile, or left a disk. Now that the functions are gone, they are the last.
 */
async function lookForVmsAndDisks(removing: Removing): Promise<void> {
  const { administration, deployment, isForced } = removing;
  if (isForced) return deleteVmsAndDisks(removing);
  const vms = await findVms(administration, deployment);
  const disks = await findDisks(administration, deployment);
  if (vms.length + disks.length === 0) return;
  throw new ExpectedError(
    [
      `The functions are gone, and their last work has left ${countOf({ vms, disks })}:`,
      ...linesOf({ vms, disks }),
      'To delete this too, run the same line with --force.',
    ].join('\n'),
  );
}
