// The second part of `deploy`: makes what Terraform needs before it can begin. Asks first. May be called again after an
// interruption.
import { setTimeout as delay } from 'node:timers/promises';
import { counted } from '@mymlops/protocol';
import type { Context } from '../core/context';
import { ExpectedError } from '../core/errors';
import { agree, type Asking } from './agreement';
import { APIS, SERVICES_WITH_AGENTS } from './apis';
import type { Finding } from './checks/check-project';
import type { Choices } from './choices';
import { enableApis, makeAgents, missingApis } from './enable-apis';
import { choicesFor, lookForKnown, type SeenDeployment } from './known-deployment';
import type { LateApis } from './late-apis';
import { look, type Looking, type Seen } from './look';
import { makeStateBucket, type StoredChoices } from './state-bucket';
import { valueOrRefuseCaller } from './value-or-refuse';

export interface Preparing extends Looking, Asking {
  context: Pick<Context, 'notice' | 'ask' | 'interrupted'>;
  /** `administration` must have its `mayPass`. */
  late: LateApis;
  sleep?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

export interface Prepared {
  choices: Choices;
  stateBucket: string;
  /** The choices of the last `deploy`. */
  stored: StoredChoices | undefined;
  /** Checks that could not be made, although their APIs are on now. */
  awaited: Finding[];
  /** Something was enabled or made. */
  hasChanged: boolean;
}

export async function prepare(preparing: Preparing, seen: Seen): Promise<Prepared> {
  const { administration, newSuffix } = preparing;
  const missing = await missingApis(administration);
  const hasBucket = seen.known?.bucket !== undefined;
  const hasChanged = !hasBucket || missing.length > 0;
  if (hasChanged) await agree(preparing, question(administration.project, missing, hasBucket));
  await enable(preparing, missing, seen.known?.stored === undefined);

  const { known, choices, awaited } = await latest(preparing, seen);
  const { project } = administration;
  const { projectNumber, stored } = known;
  const { deployment, region } = choices;
  const place = { project, projectNumber, deployment, region, suffix: newSuffix() };
  const bucket = await makeStateBucket(administration, known.facts, place);
  if (!hasBucket) preparing.context.notice(`Terraform's state, and your choices: gs://${bucket.name}`);
  return { choices, stateBucket: bucket.name, stored, awaited, hasChanged };
}

async function enable(preparing: Preparing, missing: readonly string[], isNew: boolean): Promise<void> {
  const { administration, context, late, sleep = pause } = preparing;
  const options = {
    say: (line: string) => context.notice(line),
    sleep: (ms: number) => sleep(ms, context.interrupted),
  };
  await enableApis(administration, missing, options);
  // All of them: an earlier `deploy` may have enabled them a moment ago, and was killed.
  late.expect(APIS);
  // An existing deployment has them, unless their API was off.
  await makeAgents(
    administration,
    SERVICES_WITH_AGENTS.filter((one) => isNew || missing.includes(one)),
    options,
  );
}

type Latest = Pick<Seen, 'choices' | 'awaited'> & { known: SeenDeployment };

/** Some checks wait for an API that was off, and so does the search for an earlier deployment. */
async function latest(preparing: Preparing, seen: Seen): Promise<Latest> {
  const { administration, wanted, newSuffix } = preparing;
  if (seen.awaited.length > 0 || seen.known === undefined) {
    const { known, ...again } = await look(preparing, seen);
    if (known !== undefined) return { ...again, known };
    const api = again.awaited[0]?.awaitsApi ?? 'storage.googleapis.com';
    throw new ExpectedError(
      `Google does not know everywhere yet that ${api} is on. Run \`deploy\` again in some minutes: it goes on from here.`,
    );
  }
  if (seen.known.bucket !== undefined) return { ...seen, known: seen.known };
  // A question stood in between: somebody else may have made the deployment.
  const answer = await lookForKnown(administration, wanted.deployment);
  const known = await valueOrRefuseCaller(administration, answer, { act: 'list the buckets', role: 'storage.admin' });
  return { ...seen, known, ...(known.stored && { choices: choicesFor(wanted, known.stored.choices, newSuffix) }) };
}

function question(project: string, missing: readonly string[], hasBucket: boolean): string {
  const parts = [
    ...(missing.length > 0 ? [`enable ${counted(missing.length, 'API')} (${missing.map(shortName).join(', ')})`] : []),
    ...(hasBucket ? [] : ["make a bucket for Terraform's state"]),
  ];
  return `In project ${project}: ${parts.join(', and ')}?`;
}

const shortName = (api: string): string => api.replace('.googleapis.com', '');

const pause = (ms: number, signal: AbortSignal): Promise<unknown> => delay(ms, undefined, { signal });
