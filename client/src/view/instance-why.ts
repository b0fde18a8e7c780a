// The answer of `why NAME`.
import { INSTANCE_SECONDS, type InstanceDocument } from '@mymlops/protocol';
import { isOn, isWanted } from './instance-facts';
import { ownEndText } from './instance-lines';
import { decidingSignal, keptOnText, newestSignals, signalLines, verdictText } from './instance-signals';
import { printable, printableLine } from './printable';
import { durationText, localTime } from './times';

export function whyLines(name: string, document: InstanceDocument, now: Date): string[] {
  const title = `${name} is ${document.status}${document.reason === undefined ? '' : ` (${document.reason})`}.`;
  return isOn(document) && isWanted(document)
    ? [title, ...onLines(document, now)]
    : [title, ...offLines(document), ...nextLines(name, document)];
}

function onLines(document: InstanceDocument, now: Date): string[] {
  const { status, message, proposal, current, spec } = document;
  if (status === 'queued' || status === 'provisioning') return [printableLine(message)];
  const told = newestSignals(document);
  const notReady = status === 'unready' ? printable(message).split('\n') : [];
  if (!told) return [...notReady, 'Its VM has not told yet whether somebody works on it.', ownEndText(document)];
  const isIdle = decidingSignal(told.signals)?.says === 'idle';
  const window = durationText(spec?.idleSeconds ?? INSTANCE_SECONDS.idle.default);
  const asked = proposal?.period === current ? ['Its VM now looks once more whether it can be stopped.'] : [];
  return [
    ...notReady,
    keptOnText(told, now),
    ...(isIdle ? [`It is stopped when that has lasted for ${window}.`, ...asked] : []),
    ownEndText(document),
    `Signals at ${localTime(told.at)}:`,
    ...signalLines(told.signals).map((line) => `  ${line}`),
  ];
}

function offLines({ stop, message }: InstanceDocument): string[] {
  if (!stop) return [printableLine(message)];
  const { verdict, signals, at } = stop;
  return [
    `${printableLine(stop.message)} That was at ${localTime(at)}.`,
    ...(verdict ? [verdictText(verdict)] : []),
    ...(signals ? ['Its signals then:', ...signalLines(signals).map((line) => `  ${line}`)] : []),
  ];
}

const nextLines = (name: string, { status }: InstanceDocument): string[] =>
  status === 'stopped' ? [`To start it again: mymlops-client start ${name}`] : [];
