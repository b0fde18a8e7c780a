// `deploy`: makes a deployment in a Google Cloud project, changes it, or removes it; or only writes the files for a Terraform of the user's own.
import { randomInt } from 'node:crypto';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DEFAULT_DEPLOYMENT, LOCAL_PROJECT, newBucketSuffix, VERSION } from '@mymlops/protocol';
import { findProjectConfig } from '../config/project-config';
import type { Config } from '../config/schema';
import type { Context } from '../core/context';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';
import { readAssignment } from '../deployment/variables';
import { withDeployment } from '../deployment/connect';
import { firstSweep } from '../deployment/first-sweep';
import { openLateApis } from '../deployment/late-apis';
import { makeDeployment, type Making } from '../deployment/make-deployment';
import { removeDeployment, type Removing } from '../deployment/removal/remove-deployment';
import { checkRoot } from '../deployment/root-text';
import { wantedVms } from '../deployment/wanted-vms';
import { writeRoot } from '../deployment/write-root';
import { type Administration, type AdministrationOptions, openAdministration } from '../google/administration';
import { requireAccess } from '../google/connection';

export interface DeployOptions {
  region?: string;
  user?: string[];
  set?: string[];
  import?: string[];
  plan?: boolean;
  yes?: boolean;
  impersonate?: string;
  write?: string;
  destroy?: boolean;
  force?: boolean;
  deleteHistory?: string;
}

/** Other services than Google's, and another clock, for tests. */
export interface DeployPlaces
  extends Pick<AdministrationOptions, 'hosts' | 'token'>, Pick<Making, 'environment'>, Pick<Removing, 'sleep'> {}

export interface Deployed {
  code: number;
  /** The deployment exists and has this version, and `doctor` looks at it. */
  isReady: boolean;
}

/** With `plan`, the exit code 2 says that something would change. */
const WOULD_CHANGE = 2;

/** May be called twice, and after it was killed. */
export async function deploy(context: Context, options: DeployOptions, places: DeployPlaces = {}): Promise<Deployed> {
  const config = findProjectConfig(context.cwd, context.env)?.config;
  const project = projectOf(context, config);
  const deployment = config?.deployment ?? DEFAULT_DEPLOYMENT;
  if (options.write !== undefined) {
    refuseBeside('write', options, [
      'set',
      'import',
      'plan',
      'yes',
      'impersonate',
      'destroy',
      'force',
      'deleteHistory',
    ]);
    return { code: write(context, { ...options, folder: options.write, project, deployment }), isReady: false };
  }
  if (options.destroy)
    return { code: await destroy(context, { ...options, project, deployment }, places), isReady: false };
  refuseWithoutDestroy(options);
  const { impersonate, region, user: users = [], set: assignments = [], import: imports = [] } = options;
  for (const text of assignments) readAssignment(text);
  const isPlan = options.plan === true;
  const { sleep = pause } = places;
  const late = openLateApis({
    say: (line) => context.notice(line),
    sleep: (ms) => sleep(ms, context.interrupted),
  });
  const { mayPass } = late;
  const { isChanged } = await makeDeployment({
    ...{ context, isPlan, imports, impersonate, isAgreed: options.yes, vms: wantedVms(config), late, ...places },
    administration: openWith(context, {
      ...{ project, mayPass, ...places },
      ...(impersonate !== undefined && { impersonate }),
    }),
    wanted: { project, deployment, users, assignments, ...(region !== undefined && { region }) },
    newSuffix: () => newBucketSuffix(randomInt),
  });
  if (isPlan) return { code: isChanged ? WOULD_CHANGE : EXIT.done, isReady: false };
  context.notice(`Deployment "${deployment}" in project ${project} has version ${VERSION}.`);
  // `doctor` goes as who calls it, who may have no right to use the deployment.
  if (impersonate !== undefined) {
    context.notice(
      `Made as ${impersonate}. To look at it, one of its users runs: mymlops-client --project ${project} doctor`,
    );
  }
  return { code: EXIT.done, isReady: impersonate === undefined };
}

/** Resolves to whether the functions answered, so that `doctor` has something to compare with. Says why they did not. */
export function sweepOnce(context: Context, open: typeof withDeployment = withDeployment): Promise<boolean> {
  const config = findProjectConfig(context.cwd, context.env)?.config;
  const target = { project: projectOf(context, config), deployment: config?.deployment ?? DEFAULT_DEPLOYMENT };
  return open(context, target, (deployment) => firstSweep(context, deployment, target));
}

const pause = (ms: number, signal: AbortSignal): Promise<unknown> => delay(ms, undefined, { signal });

function projectOf({ flags }: Pick<Context, 'flags'>, config: Config | undefined): string {
  const project = flags.project ?? (flags.local ? LOCAL_PROJECT : config?.project) ?? '';
  if (project !== '' && project !== LOCAL_PROJECT) return project;
  throw new ExpectedError(
    '`deploy` needs a Google Cloud project: give its id with --project. This computer needs no deployment: `commit` starts its cloud.',
    EXIT.usage,
  );
}

/** Throws ExpectedError if the environment names a proxy or credentials that cannot be used: Google's library would only mention JSON. */
function openWith({ env }: Context, options: AdministrationOptions): Administration {
  requireAccess(env);
  return openAdministration(options);
}

type Target = Record<'project' | 'deployment', string>;

async function destroy(context: Context, options: DeployOptions & Target, places: DeployPlaces): Promise<number> {
  refuseBeside('destroy', options, ['region', 'user', 'set', 'import']);
  const { project, deployment, impersonate, plan: isPlan = false } = options;
  const { isChanged } = await removeDeployment({
    ...{ context, deployment, isPlan, impersonate, isAgreed: options.yes, ...places },
    ...{ isForced: options.force === true, deleteHistory: options.deleteHistory },
    administration: openWith(context, { project, ...(impersonate !== undefined && { impersonate }), ...places }),
  });
  return isPlan && isChanged ? WOULD_CHANGE : EXIT.done;
}

function refuseWithoutDestroy({ force, deleteHistory }: DeployOptions): void {
  const given = force ? '--force' : deleteHistory === undefined ? undefined : '--delete-history';
  if (given === undefined) return;
  throw new ExpectedError(`${given} belongs to \`deploy --destroy\`, which removes a deployment.`, EXIT.usage);
}

function refuseBeside(
  name: 'write' | 'destroy',
  options: DeployOptions,
  others: readonly (keyof DeployOptions)[],
): void {
  const given = others.filter((other) => options[other] !== undefined).map((other) => `--${dashed(other)}`);
  if (given.length > 0) throw new ExpectedError(`${given.join(', ')} would do nothing: ${BESIDE[name]}`, EXIT.usage);
}

const BESIDE = {
  write: '--write only writes files. Change main.tf, and run Terraform yourself; or leave out --write.',
  destroy: '--destroy removes the deployment as it is. Leave one of them out.',
} as const;

const dashed = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

function write(
  context: Context,
  {
    folder,
    region,
    user: users = [],
    project,
    deployment,
  }: DeployOptions & Record<'folder' | 'project' | 'deployment', string>,
): number {
  const root = checkRoot({ project, region, users, deployment, bucketSuffix: newBucketSuffix(randomInt) });
  const { isNew } = writeRoot(resolve(context.cwd, folder), root, context.localCloudProgram);
  if (isNew) {
    context.notice(
      `written: ${folder}/main.tf, which is yours to change, and ${folder}/mymlops, which the next \`deploy --write\` replaces`,
    );
    if (root.users.length === 0) context.notice('Nobody but owners of the project may use it: add `users` to main.tf.');
  } else {
    context.notice(`${folder}/mymlops is of this version now. ${folder}/main.tf is as it was.`);
  }
  context.notice(`To make it: cd ${folder} && terraform init && terraform apply`);
  return EXIT.done;
}
