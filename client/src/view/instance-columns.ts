// The columns of `ps` for instances.
import type { InstanceDocument } from '@mymlops/protocol';
import { servicesText, stoppedAgoText } from './instance-lines';
import { idleForText, newestSignals, signalLines } from './instance-signals';
import { isOn } from './instance-facts';
import { printableLine } from './printable';
import { localTime, secondsBetween } from './times';

export interface ShownInstance {
  id: string;
  document: InstanceDocument;
}

export const INSTANCE_COLUMNS = ['INSTANCE', 'STATUS', 'ZONE', 'IDLE FOR', 'STOPS AT', 'PORTS', 'OWNER'];

/** A disk that nobody has used for so long is most likely forgotten. */
const FORGOTTEN_SECONDS = 30 * 86_400;

/** A row of `ps`. */
export function instanceRow({ id, document }: ShownInstance, now: Date): string[] {
  const { status, reason, zone, stopsAt, spec, owner, message } = document;
  const ago = status === 'stopped' ? stoppedAgoText(document, now) : undefined;
  const why = reason === undefined ? '' : ` (${reason})`;
  const faults = status === 'ready' ? servicesText(document) : [];
  const waits = ['queued', 'provisioning'].includes(status) ? [printableLine(message)] : [];
  return [
    id,
    [`${status}${why}${ago === undefined ? '' : ` ${ago} ago`}`, ...faults, ...waits].join(', '),
    zone ?? '-',
    isOn(document) ? idleForText(document, now) : '-',
    localTime(stopsAt),
    (spec?.services ?? []).map(({ name, port }) => `${name} ${port}`).join(', ') || '-',
    printableLine(owner ?? '-'),
  ];
}

/** The signals of each that is on, for `ps -v`. */
export const signalsOfAll = (instances: readonly ShownInstance[]): string[] =>
  instances.flatMap(({ id, document }) => {
    const told = isOn(document) ? newestSignals(document) : undefined;
    return told ? [`${id}:`, ...signalLines(told.signals).map((line) => `  ${line}`)] : [];
  });

/** A line for each that was stopped over 30 days ago. */
export const forgottenLines = (instances: readonly ShownInstance[], now: Date): string[] =>
  instances.flatMap(({ id, document }) => {
    const seconds = secondsBetween(document.stoppedAt, now.toISOString());
    if (document.status !== 'stopped' || seconds === null || seconds < FORGOTTEN_SECONDS) return [];
    const ago = stoppedAgoText(document, now) ?? '';
    return [`${id} has been stopped for ${ago}, and its disk costs storage. To delete it: mymlops-client delete ${id}`];
  });
