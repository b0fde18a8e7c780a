// Identity tokens without their cryptography: `genuine NAME` is the token of the VM that was decided under that name.
// test/control/identity.test.ts holds the real ones against the real handler.
import type { VmRecord } from '@mymlops/protocol';
import type { KindState } from '../../functions/src/engine/kind';
import type { Claims } from '../../functions/src/engine/vm/identity';
import { decidedAt } from '../../functions/src/engine/vm/record';
import type { Tokens } from '../../functions/src/ports/tokens';
import type { FakeGoogle } from './fake-google';

/**
 * `issuedMs`: it is good for an hour from then on; without it, for ever. `id` and `zone`: of the VM that asked for it; without
 * them, the attempt's own.
 */
export const genuineToken = (vm: string, issuedMs?: number, id?: string, zone?: string): string =>
  ['genuine', vm, issuedMs, id, zone].filter((word) => word !== undefined).join(' ');

const GOOD_FOR_MS = 3600_000;
const CLOCK_SKEW_MS = 300_000;

export function fakeTokens(google: FakeGoogle): Tokens {
  return { verify: (token, at) => Promise.resolve(isInTime(token, at) ? claimsOf(google, token) : undefined) };
}

function isInTime(token: string, at: string): boolean {
  const issuedMs = Number(token.split(' ')[2] ?? Date.parse(at));
  const ageMs = Date.parse(at) - issuedMs;
  return -CLOCK_SKEW_MS <= ageMs && ageMs <= GOOD_FOR_MS + CLOCK_SKEW_MS;
}

function claimsOf(google: FakeGoogle, token: string): Claims | undefined {
  const { vms } = google;
  const [, name, , id, zone] = /^genuine (\S+)(?: (\d+)(?: (\S+)(?: (\S+))?)?)?$/.exec(token) ?? [];
  const found = name === undefined ? undefined : decidedVm(google, name);
  if (name === undefined || !found) return undefined;
  const { audience, vm } = found;
  const there = (): string | undefined => [...vms.values()].find((one) => one.name === name)?.id;
  return {
    audience,
    project: 'local',
    zone: zone ?? vm.zone,
    vm: name,
    vmId: id ?? vm.id ?? vm.reportedId ?? there() ?? '1',
    createdMs: Date.parse(decidedAt(vm)),
  };
}

/** The first one that was decided under that name. */
function decidedVm(
  { kinds, collection, nowMs }: FakeGoogle,
  name: string,
): { audience: string; vm: VmRecord } | undefined {
  for (const kind of kinds()) {
    for (const [document, { state }] of collection<KindState>(kind.documents.collection)) {
      // A VM's name has that of its document in it.
      if (!name.includes(document)) continue;
      const found = kind.resources(state, nowMs).vms.find(({ vm }) => vm.name === name);
      if (found) return { audience: kind.audienceOf(document), vm: found.vm };
    }
  }
  return undefined;
}
