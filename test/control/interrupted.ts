// What the tests of interrupted runs share.
import { aCommit } from '../fakes/builders';
import type { fakeDeployment } from '../fakes/deployment';

export type Deployment = ReturnType<typeof fakeDeployment>;

/** Where its VMs are. */
export const zones = ({ google }: Deployment): string[] => [...google.vms.values()].map(({ zone }) => zone);

export function expectNothingLeft({ google, state }: Deployment): void {
  expect([...google.vms.keys(), ...google.disks.keys()]).toEqual([]);
  expect(state().cleanedAt).toBeDefined();
}

/** The VM is gone without a word. */
export async function lose(deployment: Deployment): Promise<void> {
  deployment.google.vms.clear();
  await deployment.sweep();
}

/** A commit whose insert happens, and nobody hears of it. */
export async function publishUnanswered({ google, publish }: Deployment): Promise<void> {
  google.calls.after = (name) => {
    if (name === 'compute.insert') throw new Error('503, but it happened');
  };
  await publish(aCommit());
  google.calls.after = () => {};
}
