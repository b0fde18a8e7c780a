// Enables Google's APIs before Terraform runs, and has Google make the accounts of its services that Terraform gives rights to.
import { setTimeout as delay } from 'node:timers/promises';
import { ExpectedError } from '../core/errors';
import type { Administration, Answer, Operation, Refusal } from '../google/administration';
import { APIS } from './apis';
import { enableCommand, explainedInFull, explainRefusal } from './project-refusals';

export interface EnableOptions {
  /** Reports what happens. */
  say(line: string): void;
  sleep?: (ms: number) => Promise<unknown>;
  /** Milliseconds of a clock. */
  now?: () => number;
}

/** https://cloud.google.com/service-usage/docs/reference/rest/v1/services/batchEnable */
const MOST_AT_ONCE = 20;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 5_000;
const LIMIT_MS = 600_000;

/** Those of `apis` that are off. Throws ExpectedError where Google refuses to tell. */
export async function missingApis({ project, services }: Administration, apis = APIS): Promise<string[]> {
  const enabled = valueOf(await services.listEnabled(), project, apis);
  return apis.filter((api) => !enabled.includes(api));
}

/**
 * Resolves when `missing` are on. May be called twice, and after an interruption. Throws ExpectedError where Google refuses, with
 * the command that another may run.
 */
export async function enableApis(
  administration: Administration,
  missing: readonly string[],
  options: EnableOptions,
): Promise<void> {
  const { project, services } = administration;
  const { say } = options;
  for (let at = 0; at < missing.length; at += MOST_AT_ONCE) {
    const batch = missing.slice(at, at + MOST_AT_ONCE);
    say(`Enabling in project ${project}: ${batch.join(', ')}`);
    await finish(administration, valueOf(await services.enable(batch), project, batch), batch, options);
  }
}

/**
 * Has Google make the accounts of these services in the project. It takes the right to enable APIs. Without it, says the line that
 * another may run: Google does not show whether the accounts exist. May be called twice. Throws ExpectedError otherwise.
 */
export async function makeAgents(
  administration: Administration,
  agents: readonly string[],
  options: EnableOptions,
): Promise<void> {
  const { project, services } = administration;
  for (const service of agents) {
    const answer = await services.makeAgent(service);
    if (answer.refusal?.status === 403 && explainRefusal(answer.refusal, project) === undefined) {
      options.say(
        `You may not have Google make the account of ${service}. Where Terraform does not find it, its owner runs: gcloud beta services identity create --service=${service} --project ${project}`,
      );
      continue;
    }
    await finish(administration, valueOf(answer, project, [service]), [service], options);
  }
}

async function finish(
  { project, services }: Administration,
  begun: Operation,
  apis: readonly string[],
  { sleep = delay, now = () => performance.now() }: EnableOptions,
): Promise<void> {
  const endMs = now() + LIMIT_MS;
  let operation = begun;
  for (let pauseMs = FIRST_PAUSE_MS; !operation.isDone; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    if (now() > endMs) {
      throw new ExpectedError(
        `Google has not finished after ${LIMIT_MS / 60_000} minutes (${apis.join(', ')}). Run \`deploy\` again: it goes on from here.`,
      );
    }
    await sleep(pauseMs);
    operation = valueOf(await services.poll(operation), project, apis);
  }
  if (operation.failure) throw refused(operation.failure, project, apis);
}

function valueOf<T>(answer: Answer<T>, project: string, apis: readonly string[]): T {
  if (answer.refusal) throw refused(answer.refusal, project, apis);
  return answer.value;
}

function refused(refusal: Refusal, project: string, apis: readonly string[]): ExpectedError {
  const explained = explainRefusal(refusal, project);
  if (explained) return new ExpectedError(explainedInFull(explained));
  const line = enableCommand(apis, project);
  if (refusal.status === 403) {
    return new ExpectedError(
      `You may not enable APIs in project ${project} (${refusal.permission ?? 'serviceusage.services.enable'}, of roles/serviceusage.serviceUsageAdmin). Its owner runs: ${line}`,
    );
  }
  return new ExpectedError(`Google did not enable ${apis.join(', ')}: ${refusal.message} Try it with: ${line}`);
}
