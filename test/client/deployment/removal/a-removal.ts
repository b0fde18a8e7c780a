// A deployment that is being removed: the stand-in of Google, the real client of it, and a clock that stands still but for pauses.
import type { Administration } from '../../../../client/src/google/administration';
import { ExpectedError } from '../../../../client/src/core/errors';
import { findKept, type Kept } from '../../../../client/src/deployment/kept';
import { deleteKept } from '../../../../client/src/deployment/removal/delete-kept';
import type { GoogleOptions } from '../../../fakes/google-administration';
import { openWith, type Opened } from '../../google/open-administration';

export const DEPLOYMENT = 'mymlops';
export const CHOICES = { deployment: DEPLOYMENT, bucketSuffix: 'abc123' };
export const RESULTS = 'my-project-mymlops-results-abc123';
export const LIVE = 'my-project-mymlops-live-abc123';
export const DATABASE = 'mymlops-runs';
export const IMAGE = 'mymlops-torch-20260101-000000-abcd';
export const APIS = ['compute', 'firestore', 'pubsub', 'secretmanager'].map((name) => `${name}.googleapis.com`);

/** Of a deployment, and as Google has it: READY, or PENDING while it makes it. */
export const anImage = (name: string, { deployment = DEPLOYMENT, status = 'READY' } = {}) => ({
  ...{ name, status, labels: { 'mymlops-deployment': deployment } },
});

export interface ARemoval extends Opened {
  said: string[];
  /** Pauses so far, in milliseconds. */
  slept: number[];
  /** Ends the command as Ctrl-C does. */
  stop: AbortController;
  /** As the steps of a removal take it. Each pause advances the clock; `onPause` comes first. */
  given: {
    administration: Administration;
    deployment: string;
    context: { notice: (line: string) => void; interrupted: AbortSignal };
    now: () => number;
    sleep: (ms: number) => Promise<void>;
  };
  onPause: () => void;
  /** As a removal finds it. */
  kept(): Promise<Kept>;
}

/** By default with a database, two buckets, a secret and an image, beside those of another deployment. */
export async function aRemoval(options: GoogleOptions = {}): Promise<ARemoval> {
  const google = await openWith({
    enabled: [...APIS, 'storage.googleapis.com', 'cloudresourcemanager.googleapis.com'],
    databases: { [DATABASE]: { location: 'europe-west4' }, 'mymlops-two-runs': { location: 'europe-west4' } },
    buckets: [
      { name: RESULTS, objects: { a: '1' } },
      { name: LIVE },
      { name: 'my-project-mymlops-two-results-abc123' },
    ],
    ...options,
  });
  google.state.images = [anImage(IMAGE), anImage('mymlops-two-torch-1', { deployment: 'mymlops-two' })];
  google.state.secrets = new Set(['mymlops_TOKEN', 'mymlops-two_TOKEN']);
  const [said, slept, stop] = [[] as string[], [] as number[], new AbortController()];
  const { administration } = google;
  const removal: ARemoval = {
    ...google,
    ...{ said, slept, stop, onPause: () => undefined, kept: () => findKept(administration, CHOICES) },
    given: {
      ...{ administration, deployment: DEPLOYMENT },
      context: { notice: (line) => void said.push(line), interrupted: stop.signal },
      now: () => slept.reduce((sum, ms) => sum + ms, 0),
      sleep: (ms) => {
        slept.push(ms);
        removal.onPause();
        return stop.signal.aborted ? Promise.reject(new Error('interrupted')) : Promise.resolve();
      },
    },
  };
  return removal;
}

/** Names of the things that are left. */
export const left = ({ state }: ARemoval) => ({
  databases: Object.keys(state.databases),
  buckets: [...state.buckets.keys()],
  secrets: [...state.secrets],
  images: state.images.map(({ name }) => name),
});

export const OF_OTHERS = {
  databases: ['mymlops-two-runs'],
  buckets: ['my-project-mymlops-two-results-abc123'],
  secrets: ['mymlops-two_TOKEN'],
  images: ['mymlops-two-torch-1'],
};

export const deleteAll = async (removal: ARemoval): Promise<void> => deleteKept(removal.given, await removal.kept());

/** The sentence with which the deletion of all that is kept ends. */
export async function refusal(removal: ARemoval): Promise<string> {
  const error: unknown = await deleteAll(removal).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ExpectedError);
  return (error as ExpectedError).message;
}
