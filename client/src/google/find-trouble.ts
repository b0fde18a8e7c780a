// Looks for what keeps a call from Google while it takes long: its libraries try again for half a minute, and then say
// that nobody answered.
import type { Environment } from '../context';
import { proxyForGoogle } from '../proxies';
import { GoogleTrouble, credentialsTrouble, describeObstacle } from './trouble';

export type Service = 'Cloud Storage' | 'Firestore' | 'Pub/Sub';

export interface TroubleFinder {
  about: 'network' | 'sign-in';
  /** How long a call has taken when it is time to look. */
  afterMs: number;
  find(service: Service): Promise<GoogleTrouble | undefined>;
}

const HOSTS: Record<Service, string> = {
  'Cloud Storage': 'storage.googleapis.com',
  Firestore: 'firestore.googleapis.com',
  'Pub/Sub': 'pubsub.googleapis.com',
};

const NETWORK_AFTER_MS = 500;
/** With what comes before it, a command has said within 5 s that Google is out of reach. */
const NETWORK_LIMIT_MS = 2_500;
/** Loads a library and asks Google for a token: not beside calls that are merely not quick. */
const SIGN_IN_AFTER_MS = 1_500;

/** The network first: without one, nothing can be known of the sign-in. */
export function troubleFinders(env: Environment): readonly TroubleFinder[] {
  return [
    { about: 'network', afterMs: NETWORK_AFTER_MS, find: (service) => lookAtNetwork(service, env) },
    { about: 'sign-in', afterMs: SIGN_IN_AFTER_MS, find: lookAtSignIn },
  ];
}

async function lookAtNetwork(service: Service, env: Environment): Promise<GoogleTrouble | undefined> {
  const { findObstacle } = await import('./reach');
  const proxy = proxyForGoogle(env);
  const way = { host: HOSTS[service], proxy: proxy && 'url' in proxy ? proxy : undefined };
  const obstacle = await findObstacle(way, NETWORK_LIMIT_MS);
  return obstacle ? new GoogleTrouble(describeObstacle(obstacle), false) : undefined;
}

async function lookAtSignIn(): Promise<GoogleTrouble | undefined> {
  const { askForToken } = await import('./sign-in');
  return askForToken().then(
    () => undefined,
    (error: unknown) => credentialsTrouble(error),
  );
}
