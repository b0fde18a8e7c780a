// The second part of `deploy`: makes what Terraform needs before it can begin. Asks first. May be called again after an
// interruption.
import { setTimeout as delay } from 'node:timers/promises';
import { counted } from '@mymlops/protocol';
import { ExpectedError } from '../core/errors';
import { agree, type Asking } from './agreement';
import { APIS } from './apis';
import type { Choices } from './choices';
import { enableApis } from './enable-apis';
import { choicesFor, findKnown } from './known-deployment';
import { look, type Looking, type Seen } from './look';
import { findOrMakeStateBucket, type StoredChoices } from './state-bucket';

export interface Prepared {
  choices: Choices;
  stateBucket: string;
  /** The choices of the last `deploy`. */
  stored: StoredChoices | undefined;
}

export async function prepare(looking: Looking & Asking, seen: Seen): Promise<Prepared> {
  const { administration, context, wanted, newSuffix } = looking;
  const { project, services, projects } = administration;
  const enabled = await services.listEnabled();
  // Where Google does not tell, enableApis says why.
  const missing = enabled.refusal ? APIS : APIS.filter((api) => !enabled.value.includes(api));
  const hasBucket = seen.known?.bucket !== undefined;
  if (!hasBucket || missing.length > 0) await agree(looking, question(project, missing, hasBucket));
  await enableApis(administration, {
    say: (line) => context.notice(line),
    sleep: (ms) => delay(ms, undefined, { signal: context.interrupted }),
  });

  // Some checks wait for an API that was off, and so does the search for an earlier deployment.
  const { choices: expected } = seen.awaited.length > 0 || seen.known === undefined ? await look(looking) : seen;
  const facts = await projects.get();
  if (facts.refusal) throw new ExpectedError(`Google does not show project ${project}: ${facts.refusal.message}`);
  const projectNumber = facts.value.number;
  const { deployment, region } = expected;
  const suffix = newSuffix();
  const bucket = await findOrMakeStateBucket(administration, { project, projectNumber, deployment, region, suffix });
  if (!hasBucket) context.notice(`Terraform's state, and your choices: gs://${bucket.name}`);
  const { stored } = await findKnown(administration, { deployment, projectNumber });
  // From what is stored now: a look that could not read it has taken the deployment for a new one, with other buckets.
  const choices = stored ? choicesFor(wanted, stored.choices, newSuffix) : expected;
  return { choices, stateBucket: bucket.name, stored };
}

function question(project: string, missing: readonly string[], hasBucket: boolean): string {
  const parts = [
    ...(missing.length > 0 ? [`enable ${counted(missing.length, 'API')} (${missing.map(shortName).join(', ')})`] : []),
    ...(hasBucket ? [] : ["make a bucket for Terraform's state"]),
  ];
  return `In project ${project}: ${parts.join(', and ')}?`;
}

const shortName = (api: string): string => api.replace('.googleapis.com', '');
