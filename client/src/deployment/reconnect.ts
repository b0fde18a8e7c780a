// Work that goes on when the local cloud does not: it was killed, or stopped and will be needed again.
import { setTimeout as delay } from 'node:timers/promises';
import { untilFailure } from '@mymlops/google';
import { type Deployment, openDeployment } from './connect';
import type { Target } from '../config/target';
import type { Context } from '../core/context';
import { environmentOf, whileEmulatorsAnswer } from '../local/emulators';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';

/** What work resolves to that found its cloud gone. */
export const LOCAL_CLOUD_LOST = Symbol('cloud lost');

/** A call fails a moment before the process that it called is gone. */
const LEAVING_MS = 3000;
const POLL_MS = 100;

export interface ReconnectOptions {
  context: Context;
  target: Target;
  /** Open already; it is closed here. */
  deployment: Deployment;
  say(line: string): void;
}

/**
 * Calls `work` until it resolves to something but CLOUD_LOST: again, on a cloud that was started again, whenever the
 * local cloud has ended meanwhile. What `work` has achieved so far it has to remember itself.
 */
export async function withReconnect<T>(
  options: ReconnectOptions,
  work: (deployment: Deployment) => Promise<T | typeof LOCAL_CLOUD_LOST>,
): Promise<T> {
  const { context, target, say } = options;
  let { deployment } = options;
  try {
    for (;;) {
      const { endpoints } = deployment.connection;
      const outcome = await whileEmulatorsAnswer(endpoints, work(deployment)).catch(
        async (error: unknown): Promise<typeof LOCAL_CLOUD_LOST> => {
          if (context.interrupted.aborted || isAnswer(error) || !(await isLostSoon(deployment))) throw error;
          return LOCAL_CLOUD_LOST;
        },
      );
      if (outcome !== LOCAL_CLOUD_LOST) return outcome;
      say('The local cloud has ended; starting it again.');
      await deployment.close();
      // Where no variable says so either: what is waited for is nowhere else.
      deployment = await openDeployment({ ...context, env: environmentOf(endpoints, context.env) }, target);
    }
  } finally {
    await deployment.close();
  }
}

/** `call`, or a rejection as soon as the cloud is gone: Google's libraries go on asking for long. */
export function whileConnected<T>(deployment: Deployment, call: Promise<T>): Promise<T> {
  return untilFailure(call, (fail) => {
    const timer = setInterval(() => {
      if (deployment.isLost()) fail(new Error('the local cloud has ended'));
    }, POLL_MS);
    return () => clearInterval(timer);
  });
}

/** No run, no log, not yet: what a cloud said that is there. Any other failure may be its departure. */
function isAnswer(error: unknown): boolean {
  return error instanceof ExpectedError && error.exitCode !== EXIT.error;
}

async function isLostSoon(deployment: Deployment): Promise<boolean> {
  if (!deployment.connection.endpoints) return false;
  for (const endMs = Date.now() + LEAVING_MS; !deployment.isLost(); await delay(POLL_MS)) {
    if (Date.now() > endMs) return false;
  }
  return true;
}
