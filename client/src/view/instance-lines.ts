// An instance as text: while its start is followed, and when it stops by itself.
import { INSTANCE_SECONDS, type InstanceDocument } from '@mymlops/protocol';
import { agentSays, isOn } from './instance-facts';
import { printableLine } from './printable';
import { coarseText, durationText, localTime, secondsBetween } from './times';

/** The state of a followed instance. Equal texts mean the same state for the reader. */
export function instanceProgressText(document: InstanceDocument | null): string {
  return document ? [...stateParts(document), ...waitParts(document)].join(', ') : 'sent';
}

/** The same with the time since it was sent, before words that a narrow terminal would cut off. */
export function instanceLiveText(
  document: InstanceDocument | null,
  { now, sentAt }: { now: Date; sentAt: string },
): string {
  const clock = durationText(secondsBetween(sentAt, now.toISOString()) ?? 0);
  return document ? [...stateParts(document), clock, ...waitParts(document)].join(', ') : `sent, ${clock}`;
}

function stateParts(document: InstanceDocument): string[] {
  const { status } = document;
  const said = status === 'starting' ? agentSays(document) : undefined;
  return said ? [status, said.phase, ...servicesText(document)] : [status];
}

/** Services that do not answer, and those that were started again. */
export function servicesText(document: InstanceDocument): string[] {
  const services = Object.entries(agentSays(document)?.services ?? {});
  return services.flatMap(([name, { state, restarts }]) => {
    const again = restarts > 0 ? ` (started again ${restarts === 1 ? 'once' : `${restarts} times`})` : '';
    return state === 'ready' && again === '' ? [] : [`${name} ${state}${again}`];
  });
}

const waitParts = ({ status, message }: InstanceDocument): string[] =>
  ['queued', 'provisioning'].includes(status) ? [printableLine(message)] : [];

/** When nothing but time ends it; empty for one that is off. */
export function ownEndText(document: InstanceDocument): string {
  if (!isOn(document)) return '';
  const { spec, stopsAt, until, current } = document;
  const idle = durationText(spec?.idleSeconds ?? INSTANCE_SECONDS.idle.default);
  const latest =
    stopsAt === undefined
      ? `${durationText(spec?.softStopSeconds ?? INSTANCE_SECONDS.softStop.default)} after its start`
      : `at ${localTime(stopsAt)}`;
  const extended = until?.period === current ? ` It stays on until ${localTime(until.at)}.` : '';
  return `It stops by itself when nobody has worked on it for ${idle}, and ${latest} at the latest.${extended}`;
}

/** How long it has been off, for one that is stopped: `stopped, 40 days ago`. */
export function stoppedAgoText({ stoppedAt }: InstanceDocument, now: Date): string | undefined {
  const seconds = secondsBetween(stoppedAt, now.toISOString());
  return seconds === null ? undefined : coarseText(Math.max(0, seconds));
}
