// `--force`: deletes VMs, then the disks that no VM has: the disk of a VM that builds an image outlives it.
import { ExpectedError } from '../../core/errors';
import type { Answer, Refusal } from '../../google/administration';
import { valueOrRefuse } from '../value-or-refuse';
import { findDisks, findVms, linesOf, type LiveWork } from './live-work';
import { type Ending, PATIENCE_MINUTES, waitUntilNone } from './wait-until-none';

/** Those with the deployment's label. Resolves when all are gone. Throws ExpectedError if one stays. May be called twice. */
export async function deleteVmsAndDisks(ending: Ending): Promise<void> {
  const { administration, deployment } = ending;
  const { vms, disks } = administration;
  await deleteEach(ending, {
    kind: 'VM',
    find: () => findVms(administration, deployment),
    remove: (vm) => vms.remove(vm),
    named: (left) => ({ vms: left }),
  });
  await deleteEach(ending, {
    kind: 'disk',
    find: () => findDisks(administration, deployment),
    remove: (disk) => disks.remove(disk),
    isLater: isBusy,
    named: (left) => ({ disks: left }),
  });
}

/**
 * The next look finds one that is free again: Google may still make an image of it. `resourceInUseByAnotherResource`, whose words are in
 * https://github.com/hashicorp/terraform/issues/23698, and `resourceNotReady`, whose words are in
 * https://github.com/ZcashFoundation/zebra/issues/5044.
 */
const isBusy = ({ status, message }: Refusal): boolean =>
  status === 400 && /already being used by|is not ready/i.test(message);

interface Things<T> {
  kind: string;
  find(): Promise<T[]>;
  /** Begins to delete it. */
  remove(one: T): Promise<Answer<void>>;
  /** Such a refusal does not last. Default: none. */
  isLater?: (refusal: Refusal) => boolean;
  named(left: T[]): Partial<LiveWork>;
}

async function deleteEach<T extends { name: string; zone: string }>(ending: Ending, things: Things<T>): Promise<void> {
  const { kind, isLater = () => false } = things;
  const { project } = ending.administration;
  const [said, begun] = [new Set<string>(), new Set<string>()];
  const left = await waitUntilNone(ending, async () => {
    const found = await things.find();
    for (const one of found) {
      const name = `${one.zone}/${one.name}`;
      if (begun.has(name)) continue;
      ending.context.interrupted.throwIfAborted();
      if (!said.has(name)) ending.context.notice(`Deleting the ${kind} ${one.name} in ${one.zone}`);
      said.add(name);
      const answer = await things.remove(one);
      if (answer.refusal && isLater(answer.refusal)) continue;
      valueOrRefuse(answer, { project, act: `delete the ${kind} ${one.name}`, role: 'compute.admin' });
      begun.add(name);
    }
    return found;
  });
  if (left.length === 0) return;
  throw new ExpectedError(
    [
      `These ${kind}s still exist after ${PATIENCE_MINUTES} minutes:`,
      ...linesOf(things.named(left)),
      'Run the same line again: it goes on from here.',
    ].join('\n'),
  );
}
