// Asks the sweep function, and waits for the document that it answers with.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { LAST_SWEEP, planPath, type SweepPlan, type SweepReport } from '@mymlops/protocol';
import type { Deployment } from './connect';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';

/** A function that is not warm, a large cloud to be listed, a first delivery that failed. */
const PATIENCE_MS = 60_000;
const LOOK_MS = 250;

type Asker = Pick<Deployment, 'bus' | 'runs'> & { connection?: Pick<Deployment['connection'], 'endpoints'> };

/** What a sweep would do, computed by the function; it changes nothing. Throws ExpectedError where no answer comes. */
export async function askForPlan(deployment: Asker, interrupted: AbortSignal): Promise<SweepPlan> {
  const id = randomUUID();
  const runs = await deployment.runs();
  await (await deployment.bus()).askSweep({ v: 1, type: 'plan', id });
  return waitFor(async () => (await runs.document(planPath(id))) as SweepPlan | null, deployment, interrupted);
}

/** The report of a sweep that began after the call. */
export async function askForSweep(deployment: Asker, interrupted: AbortSignal): Promise<SweepReport> {
  const runs = await deployment.runs();
  const last = async (): Promise<SweepReport | null> => (await runs.document(LAST_SWEEP)) as SweepReport | null;
  const before = await last();
  await (await deployment.bus()).askSweep({ v: 1, type: 'tick' });
  return waitFor(
    async () => {
      const found = await last();
      return found && found.at !== before?.at ? found : null;
    },
    deployment,
    interrupted,
  );
}

async function waitFor<T>(look: () => Promise<T | null>, { connection }: Asker, signal: AbortSignal): Promise<T> {
  const endsMs = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > endsMs) {
      const sentence = connection?.endpoints
        ? 'The local cloud has not swept for a minute. Look at log.jsonl in the folder that `mymlops-client local status` names, then ask again.'
        : 'The sweep function has not answered for a minute. Look at its log, then ask again.';
      throw new ExpectedError(sentence, EXIT.notFinished);
    }
    await delay(LOOK_MS, undefined, { signal });
  }
}
