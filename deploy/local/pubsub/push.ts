// Delivers messages to push subscriptions: at once, a few at a time, and again after a growing pause where that fails.
import type { ClientRequest } from 'node:http';
import type { Clock, Timer } from '../shared/clock';
import type { PushOutcome } from '../shared/push-delivery';
import { sendPush } from './push-request';
import type { Pending, Subscription } from './state';

const MAX_IN_FLIGHT = 20;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2000;

export interface PushOptions {
  /** The socket file that the functions listen on; it may be absent for a while. */
  functionsSocket: string;
  /** Goes with each push to a function. */
  pushToken?: string;
  clock: Clock;
  /** Called before each delivery: false if the message must be left out. */
  isWanted(subscription: Subscription, pending: Pending): boolean;
  onDelivered(subscription: Subscription, pending: Pending): void;
  /** Returns whether to try again. */
  onFailed(subscription: Subscription, pending: Pending, cause: string): boolean;
}

export interface Push {
  /** Sends `pending` before it returns if the subscription has room. Messages of pull subscriptions are ignored. */
  enqueue(subscription: Subscription, pending: Pending): void;
  /** The endpoint is back: ends the pauses of subscriptions that could not reach theirs. */
  wake(): void;
  /** Sends nothing more. Running pushes may still be answered; a failure does not count as an attempt. */
  stop(): void;
  /** Stops, and ends running pushes. */
  close(): void;
}

/** Deliveries of one subscription. */
interface Lane {
  subscription: Subscription;
  ready: Pending[];
  inFlight: Set<ClientRequest>;
  /** Set while the endpoint cannot be reached. */
  pause?: Timer;
  nextPauseMs: number;
}

export function createPush({ functionsSocket, pushToken, clock, isWanted, onDelivered, onFailed }: PushOptions): Push {
  const lanes = new Map<Subscription, Lane>();
  let isStopped = false;
  let isClosed = false;

  const laneOf = (subscription: Subscription): Lane => {
    const lane = lanes.get(subscription) ?? {
      subscription,
      ready: [],
      inFlight: new Set(),
      nextPauseMs: FIRST_PAUSE_MS,
    };
    lanes.set(subscription, lane);
    return lane;
  };

  const pump = (lane: Lane): void => {
    if (isStopped) return;
    while (!lane.pause && lane.inFlight.size < MAX_IN_FLIGHT) {
      const pending = lane.ready.shift();
      if (!pending) return;
      if (isWanted(lane.subscription, pending)) send(lane, pending);
    }
  };

  const send = (lane: Lane, pending: Pending): void => {
    const { settings } = lane.subscription;
    if (settings.endpoint === undefined) return;
    let settled = false;
    const settle = (outcome: PushOutcome): void => {
      if (settled || isClosed) return;
      settled = true;
      timeout.cancel();
      lane.inFlight.delete(outgoing);
      take(lane, pending, outcome);
      pump(lane);
    };
    const outgoing = sendPush({ settings, endpoint: settings.endpoint, pending, functionsSocket, pushToken }, settle);
    const timeout = clock.after(settings.ackDeadlineSeconds * 1000, () => {
      settle({ kind: 'failed', cause: `no answer within ${settings.ackDeadlineSeconds} s` });
      outgoing.destroy();
    });
    lane.inFlight.add(outgoing);
  };

  const take = (lane: Lane, pending: Pending, outcome: PushOutcome): void => {
    if (isStopped && outcome.kind !== 'delivered') return; // the functions are exiting: the next start delivers it
    if (outcome.kind === 'unreachable') {
      lane.ready.unshift(pending);
      pauseLane(lane);
      return;
    }
    lane.nextPauseMs = FIRST_PAUSE_MS;
    if (outcome.kind === 'delivered') onDelivered(lane.subscription, pending);
    else if (onFailed(lane.subscription, pending, outcome.cause)) retryLater(lane, pending);
  };

  const retryLater = (lane: Lane, pending: Pending): void => {
    const { minimumBackoffSeconds, maximumBackoffSeconds } = lane.subscription.settings;
    const backoffSeconds = Math.min(maximumBackoffSeconds, minimumBackoffSeconds * 2 ** (pending.attempts - 1));
    clock.after(backoffSeconds * 1000, () => {
      lane.ready.push(pending);
      pump(lane);
    });
  };

  const pauseLane = (lane: Lane): void => {
    if (lane.pause) return; // several were in flight when the endpoint went away
    const pauseMs = lane.nextPauseMs;
    lane.nextPauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
    lane.pause = clock.after(pauseMs, () => resume(lane));
  };

  const resume = (lane: Lane): void => {
    lane.pause?.cancel();
    lane.pause = undefined;
    pump(lane);
  };

  const stop = (): void => {
    isStopped = true;
    for (const lane of lanes.values()) lane.pause?.cancel();
  };

  return {
    stop,
    enqueue(subscription, pending) {
      if (subscription.settings.endpoint === undefined) return;
      const lane = laneOf(subscription);
      lane.ready.push(pending);
      pump(lane);
    },
    wake() {
      for (const lane of lanes.values()) {
        lane.nextPauseMs = FIRST_PAUSE_MS;
        resume(lane);
      }
    },
    close() {
      stop();
      isClosed = true;
      for (const lane of lanes.values()) for (const outgoing of lane.inFlight) outgoing.destroy();
    },
  };
}
