// Answers of Compute Engine's library, in the form that the Compute port needs.
import type { VmOperation } from '../../engine/vm/stop-cause';
import type { CloudFailure, OperationState } from '../../ports/cloud-answer';
import type { CloudDisk, CloudVm, ListGap } from '../../ports/compute-view';

export interface RawVm {
  name?: string | null;
  zone?: string | null;
  id?: unknown;
  status?: unknown;
  labels?: Record<string, string> | null;
  machineType?: string | null;
  scheduling?: { maxRunDuration?: { seconds?: unknown } | null; instanceTerminationAction?: unknown } | null;
  lastStartTimestamp?: string | null;
}

/** Compute answers zones as URLs. */
export const lastPart = (url: string | null | undefined): string => url?.split('/').at(-1) ?? '';

export function vmOf(raw: RawVm): CloudVm {
  const seconds = raw.scheduling?.maxRunDuration?.seconds;
  const lastStartAt = utcOf(raw.lastStartTimestamp);
  const machineType = lastPart(raw.machineType);
  return {
    name: raw.name ?? '',
    zone: lastPart(raw.zone),
    id: String(raw.id ?? ''),
    status: String(raw.status ?? ''),
    labels: { ...raw.labels },
    ...(machineType !== '' && { machineType }),
    ...(seconds !== undefined && seconds !== null && { maxRunDurationSeconds: Number(seconds) }),
    ...(raw.scheduling?.instanceTerminationAction !== undefined && {
      terminationAction: String(raw.scheduling.instanceTerminationAction),
    }),
    ...(lastStartAt !== undefined && { lastStartAt }),
  };
}

/** Compute tells times by Pacific time: `2026-11-21T02:00:00.123-08:00`. */
function utcOf(time: string | null | undefined): string | undefined {
  const ms = Date.parse(time ?? '');
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}

export interface RawDisk {
  id?: unknown;
  name?: string | null;
  zone?: string | null;
  labels?: Record<string, string> | null;
  users?: string[] | null;
  sizeGb?: unknown;
}

export function diskOf(raw: RawDisk): CloudDisk {
  return {
    id: String(raw.id ?? ''),
    name: raw.name ?? '',
    zone: lastPart(raw.zone),
    labels: { ...raw.labels },
    inUse: (raw.users ?? []).length > 0,
    ...(raw.sizeGb !== undefined && raw.sizeGb !== null && { sizeGb: Number(raw.sizeGb) }),
  };
}

export type Warning = { code?: unknown; message?: string | null } | null;

/** One scope of an aggregated list. */
export interface ListPart<T> {
  zone: string;
  found: T[];
  gap?: ListGap;
}

type Scope<T> = [scope: string, contents: T & { warning?: Warning }];

export function vmsIn([scope, { instances, warning }]: Scope<{ instances?: RawVm[] | null }>): ListPart<CloudVm> {
  return { zone: lastPart(scope), found: (instances ?? []).map(vmOf), ...gapOf(scope, 'VMs', warning) };
}

export function disksIn([scope, { disks, warning }]: Scope<{ disks?: RawDisk[] | null }>): ListPart<CloudDisk> {
  return { zone: lastPart(scope), found: (disks ?? []).map(diskOf), ...gapOf(scope, 'disks', warning) };
}

/** The zones that a list did not show, or not in full. `known`: all that there are; one of which the list says nothing is one. */
export function gapsIn(what: string, scopes: readonly ListPart<unknown>[], known: readonly string[]): ListGap[] {
  const answered = new Set(scopes.map(({ zone }) => zone));
  const silent = known.filter((zone) => !answered.has(zone));
  return [
    ...scopes.flatMap(({ gap }) => gap ?? []),
    ...silent.map((zone) => ({
      zone,
      cause: `${what} of zones/${zone} were not listed: the list does not name the zone`,
    })),
  ];
}

/** A zone that did not answer is not an empty zone. */
export function gapOf(scope: string, what: string, warning: Warning | undefined): { gap?: ListGap } {
  if (!warning?.code || warning.code === 'NO_RESULTS_ON_PAGE') return {};
  const cause = `${what} of ${scope} were not listed: ${String(warning.code)} ${warning.message ?? ''}`.trim();
  return { gap: { zone: lastPart(scope), cause } };
}

export function vmOperationOf(raw: {
  operationType?: string | null;
  insertTime?: string | null;
  endTime?: string | null;
}): VmOperation {
  const endedAt = utcOf(raw.endTime);
  return { type: raw.operationType ?? '', at: utcOf(raw.insertTime) ?? '', ...(endedAt !== undefined && { endedAt }) };
}

interface RawError {
  code?: string | null;
  message?: string | null;
  errorDetails?: { errorInfo?: { metadatas?: Record<string, string> | null } | null }[] | null;
}

export function operationState(raw: {
  status?: unknown;
  error?: { errors?: RawError[] | null } | null;
  httpErrorStatusCode?: number | null;
}): OperationState {
  if (raw.status !== 'DONE') return { done: false };
  const first = raw.error?.errors?.[0];
  return { done: true, ...(first && { failure: failureOf(first, raw.httpErrorStatusCode) }) };
}

/** With a stock-out, Compute Engine may name the zones that have capacity. */
function failureOf({ code, message, errorDetails }: RawError, status: number | null | undefined): CloudFailure {
  const hints = (errorDetails ?? []).map(({ errorInfo }) => errorInfo?.metadatas?.['zonesAvailable'] ?? '');
  const zonesAvailable = hints
    .flatMap((hint) => hint.split(','))
    .map((zone) => zone.trim())
    .filter(Boolean);
  return {
    code: code ?? 'unknown',
    message: message ?? '',
    ...(status && { httpStatus: status }),
    ...(zonesAvailable.length > 0 && { zonesAvailable }),
  };
}
