// What the tests of interrupted runs share.
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
