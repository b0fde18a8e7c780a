// Each single right of each identity, taken away: the call that needs it is refused, and says so by the permission's name.
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IDENTITIES, RIGHTS, resourceName, grantsOf, type Identity, type Resource } from '@mymlops/protocol';
import { describeFailure } from '../../client/src/google/failures';
import { createRights, type Rights } from '../../deploy/local/shared/rights';
import { failureWords } from '../../functions/src/engine/vm/failure-lookup';
import { TOKEN } from '../deploy/local/harness';
import { startStandIns, type StandIns } from '../deploy/local/stand-ins';
import { bodyOf, LIVE_OBJECT, NAMES, openMachinery, ZONE, type Machinery } from './calls';

/** Google alone checks it, with every call of a person's own credentials. */
const NOT_HERE = ['serviceusage.services.use'];

let folder: string;
let rights: Rights = createRights(NAMES);
let logged: string[] = [];
let standIns: StandIns;
let machinery: Machinery;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'identities-'));
  mkdirSync(join(folder, 'state'));
  standIns = await startStandIns(join(folder, 'state'), {
    rights: { lacking: (...call) => rights.lacking(...call), nameOf: (caller) => rights.nameOf(caller) },
    log: (_severity, message, fields) => void logged.push(`${message} ${JSON.stringify(fields)}`),
  });
  const { pubsub } = standIns;
  for (const topic of Object.values(NAMES.topics)) {
    for (const id of [topic, `${topic}-dead`]) {
      pubsub.createTopic(NAMES.project, id);
      pubsub.createPullSubscription({ project: NAMES.project, id, topic: id, ackDeadlineSeconds: 10 });
    }
  }
  machinery = openMachinery(folder, standIns);
  await machinery.contexts.request().resultsBucket.create('runs/x/a', 'x');
  await putLiveObject();
});
afterAll(async () => {
  await machinery.close();
  await standIns.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  logged = [];
  rights = createRights(NAMES);
});

/** A log so far, which the VM's rights to delete and the request function's meet. */
async function putLiveObject(): Promise<void> {
  const { storage } = standIns.endpoints;
  const url = `http://${storage}/upload/storage/v1/b/${NAMES.buckets.live}/o?uploadType=media&name=${encodeURIComponent(LIVE_OBJECT)}`;
  const answer = await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${TOKEN}` }, body: 'x' });
  expect(answer.status).toBe(200);
}

interface Case {
  identity: Exclude<Identity, 'push'>;
  on: Resource;
  permission: string;
}

const CASES: Case[] = IDENTITIES.filter((identity) => identity !== 'push').flatMap((identity) =>
  RIGHTS[identity].flatMap(({ on, permissions }) =>
    permissions
      .filter((permission) => !NOT_HERE.includes(permission))
      .map((permission) => ({ identity, on, permission })),
  ),
);

const keysOf = (of: Case['identity']): string[] =>
  CASES.filter(({ identity }) => identity === of).map(({ on, permission }) => `${on} ${permission}`);

test('there is a call for each right, and no other', () => {
  for (const [identity, calls] of Object.entries(machinery.calls)) {
    expect(Object.keys(calls).toSorted()).toEqual(keysOf(identity as Case['identity']).toSorted());
  }
});

const without = (lost: Case): Rights =>
  createRights(NAMES, {
    grants: grantsOf(NAMES).filter(
      ({ identity, permission, resource }) =>
        identity !== lost.identity || permission !== lost.permission || resource !== resourceName(lost.on, NAMES),
    ),
  });

/** What the user reads, or the log of the functions or the VM. */
async function saidBy(drive: () => Promise<unknown>, identity: Identity): Promise<string> {
  try {
    return `not refused: ${JSON.stringify(await drive())}`;
  } catch (error) {
    return identity === 'client' ? describeFailure(error) : String(error);
  }
}

test.each(CASES)('$identity without $permission on $on', async ({ identity, on, permission }) => {
  const drive = machinery.calls[identity][`${on} ${permission}`] ?? (() => Promise.resolve('no call'));
  rights = without({ identity, on, permission });
  const said = await saidBy(drive, identity);
  expect(said).not.toMatch(/^not refused/);
  // The VM's own log names what a report needs; a refusal of Pub/Sub says only that there is one.
  if (identity !== 'vm' || on !== 'topic events') expect(wordsOf(said)).toContain(permission);
  const refusals = logged.filter((line) => line.includes(`"permission":"${permission}"`));
  expect(refusals).not.toEqual([]);
  // Refused reads were repeated for seven seconds.
  if (on === 'database') expect(refusals).toHaveLength(1);
});

// Google accepts it, and its operation fails: a run's result counted as sent, and its VM waited for it in vain.
test('request without iam.serviceAccounts.actAs: the metadata of a VM that it made before', async () => {
  const { compute, settings } = machinery.contexts.request();
  const body = bodyOf(settings.serviceAccount);
  const name = String(body['name']);
  const inserted = await compute.insert(ZONE, randomUUID(), body as never);
  expect(await compute.awaitOperation(ZONE, 'operation' in inserted ? inserted.operation : '', 10)).toEqual({
    done: true,
  });
  const set = (value: string): Promise<boolean> => compute.setMetadata(ZONE, name, () => true, { result: value });
  expect(await set('before')).toBe(true);
  rights = without({ identity: 'request', on: 'account of VMs', permission: 'iam.serviceAccounts.actAs' });
  const said = await saidBy(() => set('after'), 'request');
  expect(said).toContain(`setMetadata of ${name}: SERVICE_ACCOUNT_ACCESS_DENIED`);
  expect(said).toContain('iam.serviceAccounts.actAs');
  expect(await compute.delete(ZONE, name)).toBeDefined();
});

const REFUSED = { class: 'permanent', scope: 'all', reason: 'permission', at: '', httpStatus: 400 } as const;

/** A run shows its own words for the failure of an operation. */
function wordsOf(said: string): string {
  const [, code, message = ''] = /Error: (SERVICE_ACCOUNT_ACCESS_DENIED): (.*)/.exec(said) ?? [];
  if (code === undefined) return said;
  const { next } = failureWords({ zone: 'local-a', machine: 'x' }, { ...REFUSED, code, message });
  return `${said} ${next}`;
}
