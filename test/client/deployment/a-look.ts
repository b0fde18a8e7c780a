// A project of a stand-in for Google, and `deploy`'s first two parts there: the look, and what Terraform needs.
import type { Choices } from '../../../client/src/deployment/choices';
import { openLateApis } from '../../../client/src/deployment/late-apis';
import type { Looking } from '../../../client/src/deployment/look';
import type { Preparing } from '../../../client/src/deployment/prepare';
import { openAdministration } from '../../../client/src/google/administration';
import { VERSION } from '@mymlops/protocol';
import type { GoogleOptions } from '../../fakes/google-administration';
import { openWith, type Opened } from '../google/open-administration';

export interface ALook extends Opened {
  preparing: Preparing;
  said: string[];
  asked: string[];
  /** Milliseconds of each pause. */
  slept: number[];
  /** Calls that the stand-in got, which contain `part`. */
  callsWith(part: string): number;
}

interface More {
  region?: string;
  assignments?: string[];
  /** To each question; undefined: no terminal. */
  answer?: string;
}

export const CHOICES: Choices = {
  ...{ v: 1, project: 'my-project', region: 'us-east1', deployment: 'mymlops', bucketSuffix: 'x9y8z7ab' },
  ...{ version: VERSION, variables: {} },
};

/** As Terraform writes it; the values are left out. */
const stateOf = (types: readonly string[]): string =>
  JSON.stringify({
    ...{ version: 4, terraform_version: '1.9.0', serial: 3, lineage: '5f0c', outputs: {}, check_results: null },
    resources: types.map((type) => ({ mode: 'managed', type, name: 'one', provider: '', instances: [{}] })),
  });

/** The bucket of a deployment whose Terraform has made `types`. */
export const aStateBucket = (choices: Partial<Choices> = {}, types = ['google_compute_network']) => ({
  ...{ name: 'mymlops-tfstate-1', labels: { 'mymlops-state': 'mymlops' }, versioning: { enabled: true } },
  iamConfiguration: { uniformBucketLevelAccess: { enabled: true }, publicAccessPrevention: 'enforced' },
  objects: {
    'choices.json': JSON.stringify({ ...CHOICES, ...choices }),
    'terraform/default.tfstate': stateOf(types),
  },
});

/** With a clock that only the pauses move. */
export async function openLook(options: GoogleOptions = {}, more: More = {}): Promise<ALook> {
  const google = await openWith(options);
  const [said, asked, slept]: [string[], string[], number[]] = [[], [], []];
  let nowMs = 0;
  const sleep = (ms: number): Promise<void> => {
    nowMs += ms;
    slept.push(ms);
    return Promise.resolve();
  };
  const say = (line: string): void => void said.push(line);
  const late = openLateApis({ say, sleep, now: () => nowMs });
  const { hosts, token } = google;
  const looking: Looking = {
    context: { notice: say },
    administration: openAdministration({ project: 'my-project', hosts, token, mayPass: late.mayPass }),
    wanted: {
      ...{ project: 'my-project', deployment: 'mymlops', users: [], assignments: more.assignments ?? [] },
      ...(more.region !== undefined && { region: more.region }),
    },
    vms: [],
    newSuffix: () => 'a1b2c3d4',
  };
  const ask = (question: string): Promise<string | null> => {
    asked.push(question);
    return Promise.resolve(more.answer ?? null);
  };
  const preparing: Preparing = {
    ...{ ...looking, late, sleep },
    context: { ...looking.context, ask, interrupted: new AbortController().signal },
  };
  const callsWith = (part: string): number => google.state.calls.filter((line) => line.includes(part)).length;
  return { ...google, preparing, said, asked, slept, callsWith };
}
