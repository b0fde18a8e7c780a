// Identity tokens without their cryptography: `genuine NAME` is the token of the VM that was decided under that name.
// test/functions/identity.test.ts holds the real ones against the real handler.
import type { Claims } from '../../functions/src/engine/vm/identity';
import type { Tokens } from '../../functions/src/ports';
import type { FakeGoogle } from './google';

/**
 * `issuedMs`: it is good for an hour from then on; without it, for ever. `id`: of the VM that asked for it; without it, the
 * attempt's own.
 */
export const genuineToken = (vm: string, issuedMs?: number, id?: string): string =>
  ['genuine', vm, issuedMs, id].filter((word) => word !== undefined).join(' ');

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

function claimsOf({ documents, vms }: FakeGoogle, token: string): Claims | undefined {
  const [, vm, , id] = /^genuine (\S+)(?: (\d+)(?: (\S+))?)?$/.exec(token) ?? [];
  for (const [run, { state }] of documents) {
    const attempt = Object.values(state.attempts).find(({ decided }) => decided.vm === vm);
    if (!vm || !attempt) continue;
    const { decided, insert, instanceId } = attempt;
    const there = [...vms.values()].find(({ name }) => name === vm);
    return {
      audience: run,
      project: 'local',
      zone: decided.zone,
      vm,
      instanceId: id ?? insert?.instanceId ?? instanceId ?? there?.id ?? '1',
      createdMs: Date.parse(decided.at),
    };
  }
  return undefined;
}
