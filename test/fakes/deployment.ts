// A deployment in memory: the real handlers on fakeGoogle, with Pub/Sub's at-least-once delivery and a scripted VM.
import { ATTEMPT_OBJECTS, attemptPrefix, resultsPrefix } from '@mymlops/protocol';
import { KINDS } from '../../functions/src/control/kinds';
import { summarize } from '../../functions/src/engine/run/status';
import { handleEvent } from '../../functions/src/handlers/event';
import { handleRequest } from '../../functions/src/handlers/request';
import { handleSweep } from '../../functions/src/handlers/sweep';
import { aMessage, aNotebook, anOutcome, aReport, RUN } from './builders';
import { fakeGoogle } from './google';
import type { SentReport } from './sent-report';
import { BUCKETS } from './buckets';

export function fakeDeployment(kinds = KINDS) {
  const google = fakeGoogle(kinds);
  const { context, queue } = google;
  const time = (): string => new Date(google.nowMs).toISOString();

  const deliver = async (work: () => Promise<void>, tries: number): Promise<void> => {
    for (let left = tries; ; left--) {
      google.nowMs += 1000;
      try {
        return await work();
      } catch (error) {
        if (left === 1) throw error;
      }
    }
  };

  const settle = async (tries = 5): Promise<void> => {
    for (let message = queue.shift(); message; message = queue.shift()) {
      const request = message;
      await deliver(() => handleRequest(aMessage(request, time()), context), tries);
    }
  };

  const report = async (seq: number, state: Partial<SentReport['state']>, attempt = 1): Promise<void> => {
    const said = aReport({ seq, state, attempt, boot: `boot-000${attempt}` });
    await deliver(() => handleEvent(aMessage(said, time()), context), 5);
    await settle();
  };

  return {
    google,
    settle,
    report,
    async publish(request: object): Promise<void> {
      queue.push(request);
      await settle();
    },
    async finish(
      seq: number,
      outcome: object = {},
      notebook = aNotebook([{ count: 1 }, { count: 2 }]),
      attempt = 1,
    ): Promise<void> {
      google.objects.set(`${resultsPrefix(RUN, attempt)}train.ipynb`, notebook);
      google.objects.set(`${attemptPrefix(RUN, attempt)}${ATTEMPT_OBJECTS.outcome}`, anOutcome(outcome));
      await report(seq, { phase: 'publish', outcome: true }, attempt);
    },
    async sweep(): Promise<void> {
      google.nowMs += 60_000;
      const swept = deliver(() => handleSweep(aMessage({ v: 1, type: 'tick' }, time()), context), 5);
      // What a sweep published is delivered, also where a part of it failed.
      await swept.catch(() => {});
      for (let sent = google.probes.shift(); sent; sent = google.probes.shift()) {
        const probe = sent;
        if (!google.faults.eventDown) await deliver(() => handleEvent(aMessage(probe, time()), context), 5);
      }
      await settle();
      await swept;
    },
    /** Lets time pass until the VM exists: an intent of a dead invocation is taken over only after a while. */
    async untilVm(): Promise<void> {
      for (let sweeps = 0; google.vms.size === 0 && sweeps < 5; sweeps++) await this.sweep();
    },
    state(run = RUN) {
      const found = google.documents.get(run);
      if (!found) throw new Error('no such run');
      return found.state;
    },
    summary(run = RUN) {
      return summarize(this.state(run), BUCKETS);
    },
  };
}
