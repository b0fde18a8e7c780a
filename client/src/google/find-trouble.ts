// Searches for the reason while a call to Google takes long: Google's libraries retry for half a minute, and then only report
// that nothing answered.
import { setTimeout as delay } from 'node:timers/promises';
import type { Environment } from '../core/context';
import { proxyForGoogle } from '../core/proxies';
import type { findObstacle } from './reach';
import { GoogleTrouble, type Obstacle, credentialsTrouble, describeObstacle } from './trouble';

export type Service = "Google's sign-in" | 'Cloud Storage' | 'Firestore' | 'Pub/Sub' | 'Secret Manager';

export interface Diagnosis {
  trouble: GoogleTrouble;
  /** Something refused or failed; or there was no connection in the whole time; or only the answer was missing. */
  kind: 'definite' | 'unconnected' | 'unanswered';
}

export interface TroubleFinder {
  about: 'network' | 'sign-in';
  /** The search begins this long after the call. */
  afterMs: number;
  find(service: Service): Promise<Diagnosis | undefined>;
}

const HOSTS: Record<Service, string> = {
  "Google's sign-in": 'oauth2.googleapis.com',
  'Cloud Storage': 'storage.googleapis.com',
  Firestore: 'firestore.googleapis.com',
  'Pub/Sub': 'pubsub.googleapis.com',
  'Secret Manager': 'secretmanager.googleapis.com',
};

const NETWORK_AFTER_MS = 500;
/** This search loads a library and requests a token from Google, so it is not made beside slightly slow calls. */
const SIGN_IN_AFTER_MS = 1_500;

/** A single test of the network may meet a short fault or lose a packet, so two tests must agree. */
export interface LookTimes {
  /** Limit for both tests. With the time before them, a command reports within 5 s that Google cannot be reached. */
  limitMs: number;
  /** The second test begins after this time if the first has no result yet. */
  secondAfterMs: number;
  /** Pause between a first test that failed and the second. */
  pauseMs: number;
}
const LOOK_TIMES: LookTimes = { limitMs: 3_750, secondAfterMs: 1_000, pauseMs: 300 };

/** The network first: without it, the sign-in cannot be tested. */
export function troubleFinders(env: Environment): readonly TroubleFinder[] {
  return [
    { about: 'network', afterMs: NETWORK_AFTER_MS, find: (service) => lookAtNetwork(service, env) },
    { about: 'sign-in', afterMs: SIGN_IN_AFTER_MS, find: lookAtSignIn },
  ];
}

async function lookAtNetwork(service: Service, env: Environment): Promise<Diagnosis | undefined> {
  const reach = await import('./reach');
  const proxy = proxyForGoogle(env);
  const way = { host: HOSTS[service], proxy: proxy && 'url' in proxy ? proxy : undefined };
  return lookTwice((limitMs) => reach.findObstacle(way, limitMs), LOOK_TIMES);
}

/** Searches for an obstacle twice. Undefined if one of the searches finds none. */
export async function lookTwice(
  look: (limitMs: number) => ReturnType<typeof findObstacle>,
  { limitMs, secondAfterMs, pauseMs }: LookTimes,
): Promise<Diagnosis | undefined> {
  const startedAt = performance.now();
  const first = look(limitMs);
  const early = await Promise.race([first, delay(secondAfterMs, 'late' as const, { ref: false })]);
  if (early === null) return undefined;
  if (early !== 'late') await delay(pauseMs);
  const second = look(limitMs - (performance.now() - startedAt));
  return findingOf(await Promise.all([first, second]));
}

function findingOf(obstacles: readonly (Obstacle | null)[]): Diagnosis | undefined {
  const found = obstacles.filter((obstacle) => obstacle !== null);
  if (found.length < obstacles.length) return undefined;
  // A failure says more than a missing answer.
  const [told] = found.toSorted((a, b) => Number(a.silence !== undefined) - Number(b.silence !== undefined));
  if (!told) return undefined;
  const silences = found.map(({ silence }) => silence);
  const silent = silences.includes('unconnected') ? 'unconnected' : 'definite';
  const kind = silences.includes('connected') ? 'unanswered' : silent;
  return { trouble: new GoogleTrouble(describeObstacle(told), false), kind };
}

async function lookAtSignIn(): Promise<Diagnosis | undefined> {
  const { fetchToken } = await import('./sign-in');
  return fetchToken().then(
    () => undefined,
    (error: unknown) => {
      const trouble = credentialsTrouble(error);
      return trouble && { trouble, kind: 'definite' };
    },
  );
}
