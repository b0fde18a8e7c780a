// Looks for what keeps a call from Google while it takes long: its libraries try again for half a minute, and then say
// that nobody answered.
import { setTimeout as delay } from 'node:timers/promises';
import type { Environment } from '../core/context';
import { proxyForGoogle } from '../core/proxies';
import type { findObstacle } from './reach';
import { GoogleTrouble, type Obstacle, credentialsTrouble, describeObstacle } from './trouble';

export type Service = 'Cloud Storage' | 'Firestore' | 'Pub/Sub';

export interface Finding {
  trouble: GoogleTrouble;
  /**
   * Something refused or failed; or no connection came about in all the time; or only an answer was missing, as on a
   * slow line.
   */
  kind: 'definite' | 'unconnected' | 'unanswered';
}

export interface TroubleFinder {
  about: 'network' | 'sign-in';
  /** How long a call has taken when it is time to look. */
  afterMs: number;
  find(service: Service): Promise<Finding | undefined>;
}

const HOSTS: Record<Service, string> = {
  'Cloud Storage': 'storage.googleapis.com',
  Firestore: 'firestore.googleapis.com',
  'Pub/Sub': 'pubsub.googleapis.com',
};

const NETWORK_AFTER_MS = 500;
/** Loads a library and asks Google for a token: not beside calls that are merely not quick. */
const SIGN_IN_AFTER_MS = 1_500;

/** One look at the network may meet a moment's fault, or lose a packet: two must agree. */
export interface LookTimes {
  /** With what comes before it, a command has said within 5 s that Google is out of reach. */
  limitMs: number;
  /** When the second look begins beside a first one that has no result yet. */
  secondAfterMs: number;
  /** Between a first look that failed and the second. */
  pauseMs: number;
}
const LOOK_TIMES: LookTimes = { limitMs: 3_750, secondAfterMs: 1_000, pauseMs: 300 };

/** The network first: without one, nothing can be known of the sign-in. */
export function troubleFinders(env: Environment): readonly TroubleFinder[] {
  return [
    { about: 'network', afterMs: NETWORK_AFTER_MS, find: (service) => lookAtNetwork(service, env) },
    { about: 'sign-in', afterMs: SIGN_IN_AFTER_MS, find: lookAtSignIn },
  ];
}

async function lookAtNetwork(service: Service, env: Environment): Promise<Finding | undefined> {
  const reach = await import('./reach');
  const proxy = proxyForGoogle(env);
  const way = { host: HOSTS[service], proxy: proxy && 'url' in proxy ? proxy : undefined };
  return lookTwice((limitMs) => reach.findObstacle(way, limitMs), LOOK_TIMES);
}

/** Looks for an obstacle twice. Undefined if one of the looks finds none. */
export async function lookTwice(
  look: (limitMs: number) => ReturnType<typeof findObstacle>,
  { limitMs, secondAfterMs, pauseMs }: LookTimes,
): Promise<Finding | undefined> {
  const startedAt = performance.now();
  const first = look(limitMs);
  const early = await Promise.race([first, delay(secondAfterMs, 'late' as const, { ref: false })]);
  if (early === null) return undefined;
  if (early !== 'late') await delay(pauseMs);
  const second = look(limitMs - (performance.now() - startedAt));
  return findingOf(await Promise.all([first, second]));
}

function findingOf(obstacles: readonly (Obstacle | null)[]): Finding | undefined {
  const found = obstacles.filter((obstacle) => obstacle !== null);
  if (found.length < obstacles.length) return undefined;
  // One that failed says more than one that heard nothing.
  const [told] = found.toSorted((a, b) => Number(a.silence !== undefined) - Number(b.silence !== undefined));
  if (!told) return undefined;
  const silences = found.map(({ silence }) => silence);
  const silent = silences.includes('unconnected') ? 'unconnected' : 'definite';
  const kind = silences.includes('connected') ? 'unanswered' : silent;
  return { trouble: new GoogleTrouble(describeObstacle(told), false), kind };
}

async function lookAtSignIn(): Promise<Finding | undefined> {
  const { askForToken } = await import('./sign-in');
  return askForToken().then(
    () => undefined,
    (error: unknown) => {
      const trouble = credentialsTrouble(error);
      return trouble && { trouble, kind: 'definite' };
    },
  );
}
