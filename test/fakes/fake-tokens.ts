// Identity tokens without their cryptography: `genuine NAME` is the token of the VM that was decided under that name.
// test/functions/identity.test.ts holds the real ones against the real handler.
import type { Claims } from '../../functions/src/engine/identity';
import type { Tokens } from '../../functions/src/ports';
import type { FakeGoogle } from './google';

export const genuineToken = (vm: string): string => `genuine ${vm}`;

export function fakeTokens(google: FakeGoogle): Tokens {
  return { verify: (token) => Promise.resolve(claimsOf(google, token)) };
}

function claimsOf({ documents, vms }: FakeGoogle, token: string): Claims | undefined {
  const vm = /^genuine (.+)$/.exec(token)?.[1];
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
      instanceId: insert?.instanceId ?? instanceId ?? there?.id ?? '1',
      createdMs: Date.parse(decided.at),
    };
  }
  return undefined;
}
