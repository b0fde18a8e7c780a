// Metadata of a VM. A call replaces all of it, and names by its fingerprint what it was decided on; whoever else writes keeps
// what is theirs, and may be faster.
import type { CloudFailure } from '../../ports/cloud-answer';
import type { Compute } from '../../ports/compute';
import type { CloudVm } from '../../ports/compute-view';
import { vmOf } from './answers';
import { httpStatusOf } from './failures';
import { operationIn, type ComputeCalls } from './clients';

/** As often what is there is read again, after somebody else has changed it. */
const TRIES = 5;
/** How long a change may take. */
const DONE_SECONDS = 60;

/** Google names the role alone: https://cloud.google.com/compute/docs/metadata/setting-custom-metadata#required-roles */
const neededFor = ({ code }: CloudFailure): string =>
  /^SERVICE_ACCOUNT_ACCESS_DENIED/i.test(code) ? ". It needs iam.serviceAccounts.actAs on the VM's account." : '';

type Values = Record<string, string>;
type Outcome = 'done' | 'changed-meanwhile' | 'not-ours';

export function metadataOf(
  compute: ComputeCalls,
  awaitOperation: Compute['awaitOperation'],
): Pick<Compute, 'setMetadata'> {
  const { project } = compute;

  const set = async (
    zone: string,
    name: string,
    isOurs: (vm: CloudVm) => boolean,
    values: Values,
  ): Promise<Outcome> => {
    const place = { project, zone, instance: name };
    const found = await compute.find('instances.get', ({ instances }) => instances.get(place));
    if (!found || !isOurs(vmOf(found[0]))) return 'not-ours';
    const { items, fingerprint } = found[0].metadata ?? {};
    const others = (items ?? []).filter(({ key }) => !Object.hasOwn(values, key ?? ''));
    const wanted = [
      ...others.map(({ key, value }) => ({ key, value })),
      ...Object.entries(values).map(([key, value]) => ({ key, value })),
    ];
    // The fingerprint holds it to this very VM, should another one take its name meanwhile.
    const metadataResource = { fingerprint, items: wanted };
    const accepted = await compute
      .find('instances.setMetadata', ({ instances }) => instances.setMetadata({ ...place, metadataResource }))
      .catch((error: unknown) => {
        if (httpStatusOf(error) === 412) return 'changed-meanwhile' as const;
        throw error;
      });
    if (accepted === undefined) return 'not-ours';
    if (accepted === 'changed-meanwhile') return accepted;
    return end(zone, name, operationIn(accepted));
  };

  /** Accepted is not done: a right that is missing, for one, shows only at the operation's end. */
  const end = async (zone: string, name: string, operation: string): Promise<Outcome> => {
    const state = await awaitOperation(zone, operation, DONE_SECONDS);
    if (!state.done) throw new Error(`setMetadata of ${name}: not done in ${DONE_SECONDS} s`);
    const { failure } = state;
    if (!failure) return 'done';
    // Read again: what changed, or whether the VM is still there.
    if (/^(condition_?not_?met|resource_?not_?found|notFound)$/i.test(failure.code)) return 'changed-meanwhile';
    throw new Error(`setMetadata of ${name}: ${failure.code}: ${failure.message}${neededFor(failure)}`);
  };

  return {
    async setMetadata(zone, name, isOurs, values) {
      for (let tries = 0; tries < TRIES; tries += 1) {
        const outcome = await set(zone, name, isOurs, values);
        if (outcome !== 'changed-meanwhile') return outcome === 'done';
      }
      throw new Error(`setMetadata of ${name}: changed by others ${TRIES} times in a row`);
    },
  };
}
