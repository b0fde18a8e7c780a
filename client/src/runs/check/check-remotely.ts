// Everything that a commit needs of its deployment, looked at before it costs anything. Sends no run, and changes nothing.
import {
  type CheckFinding,
  type CommitRequest,
  type DeploymentCheck,
  LOCAL_PROJECT,
  MAX_CHECKED_RUNS,
  type WantedRun,
} from '@mymlops/protocol';
import type { ProjectConfig } from '../../config/project-config';
import type { CommitConfig } from '../../config/schema';
import type { Target } from '../../config/target';
import type { Context } from '../../core/context';
import { ExpectedError } from '../../core/errors';
import { type Deployment, withDeployment } from '../../deployment/connect';
import { requestCheck } from '../../deployment/sweeps';
import { bucketFindings, deployKeyFindings, secretFindings } from './stored-findings';
import { quotaFindings } from './quota-findings';

/** A commit with a profile, or without one. */
export interface CheckableRun {
  /** `commit`, or `profile NAME`. */
  name: string;
  config: CommitConfig;
  /** That of any notebook. */
  request: CommitRequest;
}

export interface RemoteCheck {
  findings: CheckFinding[];
  /** Where each run's VM may go; empty if the deployment could not be asked. */
  runs: { name: string; machineType: string; zones: string[] }[];
}

/** A deployment that does not answer, or not to this client, is a finding. Rejects where something else fails. */
export async function checkRemotely(
  context: Context,
  { project, target, runs }: { project: ProjectConfig; target: Target; runs: readonly CheckableRun[] },
): Promise<RemoteCheck> {
  const different = runs.filter((run, at) => runs.findIndex((other) => isAlike(run, other)) === at);
  try {
    return await withDeployment(context, target, (deployment) =>
      checkWith(deployment, context, { project, target, runs: different }),
    );
  } catch (error) {
    if (!(error instanceof ExpectedError) || context.interrupted.aborted) throw error;
    const subject = `The deployment ${target.deployment}`;
    return { runs: [], findings: [{ severity: 'error', subject, problem: 'cannot be used', remedy: error.message }] };
  }
}

/** The same settings: VM, times, secrets and repository. */
const isAlike = (one: CheckableRun, other: CheckableRun): boolean =>
  JSON.stringify(one.config) === JSON.stringify(other.config);

/** As checkRemotely, with an open deployment. */
export async function checkWith(
  deployment: Deployment,
  context: Context,
  { project, target, runs }: { project: ProjectConfig; target: Target; runs: readonly CheckableRun[] },
): Promise<RemoteCheck> {
  // The question first: it also compares the versions.
  const answers: DeploymentCheck[] = [];
  for (let at = 0; at < runs.length; at += MAX_CHECKED_RUNS) {
    const some = runs.slice(at, at + MAX_CHECKED_RUNS).map(wanted);
    answers.push(await requestCheck(deployment, some, context.interrupted));
  }
  const checkedRuns = answers.flatMap((answer) => answer.runs.map((run) => ({ ...run, quotas: answer.quotas })));
  const ofBucket = await bucketFindings(deployment);
  const ofRuns: CheckFinding[] = [];
  /** Several runs may lack the same secret or key: one finding is enough. */
  const addMissing = (found: readonly CheckFinding[]): void => {
    const isNews = (one: CheckFinding): boolean =>
      !ofRuns.some(({ problem, remedy }) => problem === one.problem && remedy === one.remedy);
    ofRuns.push(...found.filter(isNews));
  };
  for (const run of runs) {
    const { name, config } = run;
    const sent = { config, target, project };
    const checked = checkedRuns.find((one) => one.name === name);
    ofRuns.push(
      ...(checked?.findings ?? []),
      ...(checked?.quotas && target.project !== LOCAL_PROJECT
        ? quotaFindings(run, checked, checked.quotas, target.project)
        : []),
    );
    addMissing(await secretFindings(name, sent, deployment));
    addMissing(await deployKeyFindings(name, sent, context, deployment));
  }
  return {
    findings: [...ofBucket, ...ofRuns],
    runs: checkedRuns.map(({ name, machineType, zones }) => ({ name, machineType, zones })),
  };
}

/** Without what can be long or is for the VM alone; the rest decides whether it is refused, and where its VM goes. */
function wanted({ name, request }: CheckableRun): WantedRun {
  const {
    setup: _setup,
    readyCommand: _readyCommand,
    secrets: _secrets,
    setupSecrets: _setupSecrets,
    env: _env,
    environment: _environment,
    ...kept
  } = request;
  return { name, request: { ...kept, command: 'true', parameters: {} } };
}
