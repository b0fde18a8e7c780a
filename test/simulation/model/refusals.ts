// Google says no to a call that it would take at another time: rights, rate limits and quotas, contention in Firestore.
import type { FunctionName } from '@mymlops/protocol';
import type { CloudFailure } from '../../../functions/src/ports/cloud-answer';
import type { Refusal } from '../faults/plan';
import { noteUnanswered } from '../oracle/compute-calls';
import { Trouble, type Invocation, type World } from './world';

/** What keeps a call of that name, `count` of the history, from being made by this function. */
export function createRefusals({
  plan,
  random,
  elapsedMs,
}: World): (name: string, count: number, caller: FunctionName) => Refusal | undefined {
  const refusals = plan.faults.filter((fault): fault is Refusal => fault.kind === 'refused');
  return (name, count, caller) =>
    refusals.find(
      ({ calls, of = caller, fromMs, toMs, share }) =>
        of === caller &&
        (calls.endsWith('.') ? name.startsWith(calls) : name === calls) &&
        fromMs <= elapsedMs() &&
        elapsedMs() < toMs &&
        random.chance(`refused ${name} ${count}`, share),
    );
}

/** Of these the port hands on a refusal that is not transient, instead of throwing it. */
const HANDED_ON = /^compute\.(insert|start|setScheduling)$/;
/** Firestore's library and that of Pub/Sub try again by themselves, until the deadline of a call, and beyond it. */
const TRIED_AGAIN = /^(?!compute\.|resultsBucket\.|liveBucket\.)/;
const DEADLINE_MS = 30_000;
const LONGEST_RETRY_MS = 60_000;

const CODES = {
  forbidden: '403 forbidden',
  'rate limit': '403 rateLimitExceeded',
  quota: '8 RESOURCE_EXHAUSTED',
  contention: '10 ABORTED',
};

export interface RefusedCall {
  name: string;
  /** Its number among those of its name. */
  count: number;
  invocation: Invocation;
  /** Its effect. */
  work(): unknown;
  /** How its caller hears of it. */
  answer(answer: { refused: CloudFailure }): void;
  fail(error: Trouble): void;
}

/** A call that its library tries again may take effect when nobody waits for it any more. */
export function refuse(world: World, { says }: Refusal, { name, count, invocation, ...call }: RefusedCall): void {
  const { timeline, random, plan } = world;
  // Whoever cannot ask a zone has half an hour to.
  if (name.startsWith('compute.')) for (const zone of plan.zones) noteUnanswered(world, zone);
  if (HANDED_ON.test(name) && (says === 'forbidden' || says === 'quota')) {
    const code = says === 'forbidden' ? 'forbidden' : 'quotaExceeded';
    return call.answer({ refused: { code, message: `${name} was refused` } });
  }
  const fail = (): void => call.fail(new Trouble(`${CODES[says]} ${name}`));
  if (says === 'forbidden' || !TRIED_AGAIN.test(name)) return fail();
  const gaveUpMs = timeline.nowMs + DEADLINE_MS;
  timeline.at(gaveUpMs, () => {
    if (!invocation.isDead) fail();
  });
  if (!random.chance(`comes after all ${name} ${count}`, 0.3)) return;
  world.inFlight++;
  timeline.at(gaveUpMs + random.between(`comes when ${name} ${count}`, 0, LONGEST_RETRY_MS), () => {
    world.inFlight--;
    world.google.nowMs = timeline.nowMs;
    if (!invocation.isDead) call.work();
  });
}
