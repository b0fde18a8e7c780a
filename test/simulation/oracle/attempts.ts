// What must be true of an attempt when it comes into its run's document, and when it leaves it.
import { LABELS, type RunState } from '@mymlops/protocol';
import { isMade, periodOf } from './recorded';
import type { World } from '../model/world';

const MINUTE = 60_000;
/** Who decides may have stood still since it looked. */
const LOOK_MS = 10 * MINUTE;

/** A spot VM where the user wants one, but none after two of `spot_then_standard` that existed. */
export function checkProvisioning(
  { oracle, plan }: World,
  run: string,
  before: RunState | undefined,
  { attempts }: RunState,
): void {
  const wanted = plan.runs.find(({ id }) => id === run)?.provisioning;
  for (const [number, attempt] of Object.entries(attempts)) {
    if (before?.attempts[Number(number)]) continue;
    const { provisioning } = attempt.vm;
    const decidedMs = Date.parse(periodOf(attempt).start.at);
    const spot = Object.values(attempts).filter(
      (each) =>
        each.vm.provisioning === 'spot' &&
        isMade(each) &&
        Date.parse(periodOf(each).start.settledAt ?? '') < decidedMs - LOOK_MS,
    );
    const isOther =
      wanted === 'spot_then_standard' ? spot.length >= 2 && provisioning === 'spot' : provisioning !== wanted;
    if (wanted !== undefined && isOther)
      oracle.violate(`attempt ${number} of ${run} is ${provisioning}, not ${wanted}`);
  }
}

/** Nobody looks after what stands in the archive: nothing is left of it. */
export function checkArchived({ google, oracle, vms, disks, namesakes }: World): void {
  if (google.archived.size === oracle.archivedSeen) return;
  for (const key of [...google.archived.keys()].slice(oracle.archivedSeen)) {
    const [run, number] = key.split('/');
    const attempt = String(Number(number));
    const isOfIt = ({ labels }: { labels: Record<string, string> }): boolean =>
      labels[LABELS.run] === run && labels[LABELS.attempt] === attempt;
    const there = [...vms.values()].filter(({ shown, isCopy }) => isOfIt(shown) && !isCopy).map((vm) => vm.key);
    const left = [...there, ...[...disks].flatMap(([name, disk]) => (isOfIt(disk) ? [name] : []))];
    // Nor what somebody has made in another zone, with its labels: an orphan.
    const isNews = left.some((name) => !oracle.frozenInserts.has(name) && !namesakes.has(name));
    if (isNews) oracle.violate(`attempt ${attempt} of ${run} has left the document, and something of it is there`);
  }
  oracle.archivedSeen = google.archived.size;
}
