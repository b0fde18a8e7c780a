// Pub/Sub of a history with the functions behind it: at least once, in any order, again after a failure.
import type { DeadMessage } from '../../../functions/src/ports/dead-messages';
import type { Log } from '../../../functions/src/ports/log';
import { handleEvent } from '../../../functions/src/handlers/event';
import { handleRequest } from '../../../functions/src/handlers/request';
import { handleSweep } from '../../../functions/src/handlers/sweep';
import { aMessage, attributesOf } from '../../fakes/builders';
import type { WholeContext } from '../../fakes/fake-google';
import { storesOf } from '../../fakes/google';
import { computeOf } from './compute';
import type { Operations } from './operations';
import { BROKEN } from '../oracle/oracle';
import { createGates, type Gates } from './gates';
import type { Planned } from './timeline';
import type { Invocation, Topic, World } from './world';

const HANDLERS = { requests: handleRequest, events: handleEvent, sweeps: handleSweep };
const FUNCTIONS = { requests: 'request', events: 'event', sweeps: 'sweep' } as const;

/** An invocation that has not ended by then is killed. */
const TIMEOUT_MS = 540_000;
const LONGEST_BACKOFF_MS = 600_000;
/** A pulled message that is not acknowledged comes again after this. */
const LEASE_MS = 60_000;

interface Message {
  topic: Topic;
  data: object;
  attributes: Record<string, string> | undefined;
  publishedAt: string;
  label: string;
  tries: number;
}

export function connectFunctions(world: World): void {
  const operations: Operations = new Map();
  const { timeline, random, plan } = world;
  const gates = createGates(world);
  let published = 0;
  let questions = 0;
  world.publish = (topic, data, attributes, isSoon) => {
    // The daily question has a count of its own: the luck of all other messages does not depend on it.
    const label = isDailyQuestion(data) ? `daily ${++questions}` : `${topic} ${++published}`;
    const message = { topic, data, attributes, publishedAt: new Date(timeline.nowMs).toISOString(), label, tries: 0 };
    // Most arrive at once, some after minutes, a few after hours.
    const slow = random.chance(`slow ${label}`, 0.03) ? random.between(`how slow ${label}`, 1, 40) * 60_000 : 0;
    const isLate = plan.late !== undefined && random.chance(`late ${label}`, plan.late);
    const lateMs = isLate ? random.between(`how late ${label}`, 40, 240) * 60_000 : slow;
    const laterMs = random.between(`delay ${label}`, 20, 1500) + (topic === 'sweeps' ? 0 : lateMs);
    const deliverLater = (copy: Message, ms: number): void => {
      if (topic !== 'sweeps') world.inFlight++;
      timeline.at(timeline.nowMs + ms, () => deliver(world, operations, gates, copy));
    };
    deliverLater(message, laterMs);
    if (laterMs < 60_000) isSoon?.();
    if (random.chance(`again ${label}`, plan.duplicates)) {
      const againMs = laterMs + random.between(`again when ${label}`, 0, 600) * 1000;
      deliverLater({ ...message }, againMs);
    }
  };
}

function deliver(world: World, operations: Operations, gates: Gates, message: Message): void {
  const { timeline, random } = world;
  const { topic, data, attributes, publishedAt } = message;
  const beganMs = timeline.nowMs;
  let isSettled = false;
  let timeout: Planned | undefined;
  const settle = (): void => {
    isSettled = true;
    world.sweeping.delete(beganMs);
    delete timeout?.work;
  };
  const again = (): void => {
    if (isSettled) return void world.sweeping.delete(beganMs);
    settle();
    const ms = Math.min(10_000 * 2 ** message.tries++, LONGEST_BACKOFF_MS);
    timeline.at(timeline.nowMs + ms, () => deliver(world, operations, gates, message));
  };
  if (isPoison(world, message)) return bury(world, message);
  if (world.spell('down', FUNCTIONS[topic])) return again();
  const invocation: Invocation = {
    of: FUNCTIONS[topic],
    isDead: false,
    frozenMs: 0,
    heldUpMs: 0,
    onDeath() {
      invocation.isDead = true;
      // Nobody says so: Pub/Sub waits until the delivery's time is over.
      timeline.at(timeline.nowMs + random.between(`death ${message.label}`, 10, 600) * 1000, again);
    },
  };
  timeout = timeline.plan(timeline.nowMs + TIMEOUT_MS, () => {
    if (isSettled || invocation.isDead) return;
    invocation.isDead = true;
    again();
  });
  if (topic === 'sweeps') world.sweeping.add(beganMs);
  const work = async (): Promise<void> => {
    await HANDLERS[topic](aMessage(data, publishedAt, attributes), contextOf(world, operations, gates, invocation));
    if (!isSettled && topic !== 'sweeps') world.inFlight--;
    settle();
  };
  work().catch((error: unknown) => {
    checkSound(world, String(error));
    again();
  });
}

const isDailyQuestion = (data: object): boolean => 'type' in data && data.type === 'remove-snapshots';

/** Google fails as it does; what the code does not know, or reads of nothing, is its own. */
function checkSound({ oracle }: World, cause: string): void {
  const error = /\b(?:ReferenceError|TypeError)\b.{0,100}/.exec(cause)?.[0];
  if (error !== undefined) oracle.violate(`${BROKEN}: ${error}`);
}

/** A message that no delivery gets through, for a reason of its own. */
const isPoison = ({ random, plan }: World, { topic, label }: Message): boolean =>
  topic !== 'sweeps' && random.chance(`poison ${label}`, plan.poison);

function bury(world: World, { topic, data, attributes, publishedAt, label }: Message): void {
  world.inFlight--;
  const { type, run } = data as { type?: string; run?: string };
  if (type === 'commit' && run) world.oracle.buried.add(run);
  const text = JSON.stringify(data);
  const reached = attributes ?? attributesOf(data);
  const letter = { ackId: label, id: label, publishedAt, text, attributes: reached };
  world.dead.push({ topic, letter, fromMs: world.timeline.nowMs });
}

/** Whoever sends a token in a history has it from a VM, in time: however late it is delivered, it counts. */
function checkRefused({ oracle, google }: World, text: string, { id, cause }: Parameters<Log>[2] = {}): void {
  if (text !== 'report refused' || oracle.isForging || !google.documents.has(String(id))) return;
  if (String(cause).startsWith('no identity token')) oracle.violate('a genuine report was not believed');
}

function pullDead({ dead, timeline }: World, topic: Topic, max: number): DeadMessage[] {
  const waiting = dead.filter((each) => each.topic === topic && each.fromMs <= timeline.nowMs).slice(0, max);
  for (const each of waiting) each.fromMs = timeline.nowMs + LEASE_MS;
  return waiting.map(({ letter }) => letter);
}

/** What a function of this invocation sees. What a process remembers is lost with it: here, with each invocation. */
function contextOf(world: World, operations: Operations, gates: Gates, invocation: Invocation): WholeContext {
  const { google, timeline } = world;
  const { kinds, settings, stockedOutZones, tokens, awakeMs, newActor, computeCatalog } = google.context;
  const gate = gates(invocation);
  return {
    kinds,
    settings,
    stockedOutZones,
    tokens,
    awakeMs,
    newActor,
    computeCatalog,
    log(_severity, text, fields) {
      checkRefused(world, text, fields);
      checkSound(world, String(fields?.cause));
    },
    ...storesOf(google, gate),
    compute: computeOf(world, operations, gate, invocation),
    bus: {
      // Once a day, also where everything is settled: the oracle looks for other questions there.
      ask: (request) =>
        gate(isDailyQuestion(request) ? 'bus.askDaily' : 'bus.ask', () => world.publish('requests', request)),
      sendProbe: (probe) => gate('bus.sendProbe', () => world.publish('events', probe)),
    },
    deadMessages: {
      pull: (topic, max) => gate('deadMessages.pull', () => pullDead(world, topic, max)),
      acknowledge: (_topic, ids) =>
        gate('deadMessages.acknowledge', () => {
          world.dead = world.dead.filter(({ letter }) => !ids.includes(letter.ackId));
        }),
    },
    now: () => timeline.nowMs,
  };
}
