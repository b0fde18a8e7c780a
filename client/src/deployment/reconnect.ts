// Work that survives an end of the local cloud, which may be killed or stopped while a command needs it.
import { setTimeout as delay } from 'node:timers/promises';
import { untilFailure } from '@mymlops/google';
import { type Deployment, openDeployment } from './connect';
import type { Target } from '../config/target';
import type { Context } from '../core/context';
import { environmentOf, whileEmulatorsAnswer } from '../local/emulators';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';

/** Work resolves to this if the local cloud has ended. */
export const LOCAL_CLOUD_LOST = Symbol('cloud lost');

/** A call to the local cloud fails a moment before its process is gone. */
const LEAVING_MS = 3000;
const POLL_MS = 100;

export interface ReconnectOptions {
  context: Context;
  target: Target;
  /** Open; it is closed here. */
  deployment: Deployment;
  say(line: string): void;
}

/**
 * Calls `work`. Whenever the local cloud ends meanwhile, starts it again and calls `work` again, until `work` resolves to
 * something other than LOCAL_CLOUD_LOST. `work` must remember its own progress.
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
      // With the emulators that it used, even if no variable names them now: the awaited run exists only there.
      deployment = await openDeployment({ ...context, env: environmentOf(endpoints, context.env) }, target);
    }
  } finally {
    await deployment.close();
  }
}

/** Settles like `call`, or rejects as soon as the local cloud is gone: Google's libraries retry for a long time. */
export function whileConnected<T>(deployment: Deployment, call: Promise<T>): Promise<T> {
  return untilFailure(call, (fail) => {
    const timer = setInterval(() => {
      if (deployment.isLost()) fail(new Error('the local cloud has ended'));
    }, POLL_MS);
    return () => clearInterval(timer);
  });
}

/** An answer such as "no such run" or "no log yet" comes from a running cloud. Any other failure may be due to its end. */
function isAnswer(error: unknown): boolean {
  return error instanceof ExpectedError && error.exitCode !== EXIT.error;
}

async function isLostSoon(deployment: Deployment): Promise<boolean> {
  if (!deployment.connection.endpoints) return false;
  for (const endMs = performance.now() + LEAVING_MS; !deployment.isLost(); await delay(POLL_MS)) {
    if (performance.now() > endMs) return false;
  }
  return true;
}
