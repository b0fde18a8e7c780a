// Reports are believed only with the identity token of their VM: real signatures against the real handler.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IDENTITY_ISSUER } from '@mymlops/protocol';
import { identityKeyOf, type IdentityKey } from '../../deploy/local/state/identity-key';
import { openTokens } from '../../functions/src/google/tokens';
import { handleEvent } from '../../functions/src/handlers/event';
import { aCommit, aMessage, aReport, RUN } from '../fakes/builders';
import { fakeDeployment } from '../fakes/deployment';
import { identityAttributes } from '../fakes/identity-attributes';

const folder = mkdtempSync(join(tmpdir(), 'mymlops-keys-'));
let key: IdentityKey;
let foreignKey: IdentityKey;
beforeAll(async () => {
  const foreign = mkdtempSync(join(folder, 'foreign-'));
  [key, foreignKey] = await Promise.all([identityKeyOf(folder), identityKeyOf(foreign)]);
});
afterAll(() => rmSync(folder, { recursive: true }));

const HOUR = 3600;

/** A run whose VM has been made, and what its token says. */
async function withVm() {
  const deployment = fakeDeployment();
  const { google } = deployment;
  const logged: string[] = [];
  google.context.log = (severity, message, fields) => {
    if (severity !== 'INFO') logged.push(`${message}: ${String(fields?.['cause'])}`);
  };
  google.context.tokens = openTokens(() => ({ identityKeys: key.publicKeys }));
  await deployment.publish(aCommit());
  const [vm] = google.vms.values();
  if (!vm) throw new Error('no VM');
  const issuedAt = Math.floor(google.nowMs / 1000);
  const claimedVm = {
    instance_creation_timestamp: issuedAt,
    instance_id: vm.id,
    instance_name: vm.name,
    project_id: 'local',
    project_number: 1,
    zone: vm.zone,
  };
  const claims = { aud: RUN, iss: IDENTITY_ISSUER, iat: issuedAt, exp: issuedAt + HOUR };
  const send = (token: string, options: { publishedMs?: number; seq?: number; kind?: 'heartbeat' } = {}) => {
    const { publishedMs = google.nowMs, seq = 1, kind = 'lifecycle' } = options;
    const said = aReport({ seq, kind, state: { phase: 'execute' } });
    return handleEvent(aMessage(said, new Date(publishedMs).toISOString(), identityAttributes(token)), google.context);
  };
  return { ...deployment, google, logged, claimedVm, claims, send };
}

type Setting = Awaited<ReturnType<typeof withVm>>;
const genuine = ({ claims, claimedVm }: Setting): string =>
  key.sign({ ...claims, google: { compute_engine: claimedVm } });
const of = ({ claims, claimedVm }: Setting, otherClaims: object, otherVm: object = {}): string =>
  key.sign({ ...claims, google: { compute_engine: { ...claimedVm, ...otherVm } }, ...otherClaims });

/** The last part of a token replaced, as long as before. */
function tampered(token: string): string {
  const [head = '', body = '', signature = ''] = token.split('.');
  const payload = JSON.parse(Buffer.from(body, 'base64url').toString()) as object;
  return [head, Buffer.from(JSON.stringify({ ...payload, aud: RUN })).toString('base64url'), signature].join('.');
}

function unsigned(setting: Setting, alg: string): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const [kid] = Object.keys(key.publicKeys);
  return `${encode({ alg, kid })}.${genuine(setting).split('.')[1]}.`;
}

const INVALID = 'no identity token of a VM that was valid when the report was published';
const FORGERIES: [string, (setting: Setting) => string, string][] = [
  ['no token', () => '', INVALID],
  ['a text that is not a token', () => 'a.b.c', INVALID],
  ['a token that nobody signed', (setting) => unsigned(setting, 'none'), INVALID],
  ['a token with an empty signature', (setting) => unsigned(setting, 'RS256'), INVALID],
  ['a token of another issuer', (setting) => of(setting, { iss: 'https://example.org' }), INVALID],
  [
    'a token that another key signed',
    ({ claims, claimedVm }) => foreignKey.sign({ ...claims, google: { compute_engine: claimedVm } }),
    INVALID,
  ],
  ['a token that was changed', (setting) => tampered(of(setting, { aud: 'another' })), INVALID],
  ['a token that names no VM', (setting) => of(setting, { google: {} }), INVALID],
  [
    'a token that had ended when it was published',
    (setting) => of(setting, { iat: setting.claims.iat - 2 * HOUR, exp: setting.claims.exp - 2 * HOUR }),
    INVALID,
  ],
  [
    'the token of another run, replayed',
    (setting) => of(setting, { aud: '20260101-000000-zzzz' }),
    'the token is for another audience',
  ],
  [
    'a token for somebody else',
    (setting) => of(setting, { aud: 'https://example.org' }),
    'the token is for another audience',
  ],
  ['a VM of another project', (setting) => of(setting, {}, { project_id: 'other' }), 'the VM is of another project'],
  ['a VM of another zone', (setting) => of(setting, {}, { zone: 'x' }), 'the VM is not the recorded one'],
  [
    "another attempt's VM",
    (setting) => of(setting, {}, { instance_name: `${setting.claimedVm.instance_name}0` }),
    'the VM is not the recorded one',
  ],
  [
    'a VM made again under the name',
    (setting) => of(setting, {}, { instance_id: '999' }),
    'a VM of the same name, but another one',
  ],
];

test.each(FORGERIES)('%s: nothing changes, and it is logged once', async (_name, forge, cause) => {
  const setting = await withVm();
  const { google, logged, send } = setting;
  const before = structuredClone([google.documents, google.events]);
  let reads = 0;
  google.calls.before = () => (reads += 1);
  await send(forge(setting));
  expect([google.documents, google.events]).toEqual(before);
  expect(google.queue).toEqual([]);
  expect(logged).toEqual([`report refused: ${cause}`]);
  expect(reads).toBe(cause === INVALID ? 0 : 1);
});

test('a clock set back by an hour: what was signed before it is genuine', async () => {
  const setting = await withVm();
  await setting.send(of(setting, { iat: setting.claims.iat + HOUR, exp: setting.claims.exp + HOUR }));
  expect(setting.logged).toEqual([]);
});

test('the genuine token is believed, for one read and one commit', async () => {
  const setting = await withVm();
  const calls: string[] = [];
  setting.google.calls.before = (name) => calls.push(name);
  await setting.send(genuine(setting));
  expect(calls).toEqual(['runs.load', 'runs.update', 'bus.ask']);
  expect(setting.summary().phase).toBe('execute');
  expect(setting.logged).toEqual([]);
});

test('a heartbeat is one read and one update', async () => {
  const setting = await withVm();
  const calls: string[] = [];
  setting.google.calls.before = (name) => calls.push(name);
  await setting.send(genuine(setting), { kind: 'heartbeat' });
  expect(calls).toEqual(['runs.load', 'runs.update']);
});

test('a report that is delivered hours after it was published is genuine', async () => {
  const setting = await withVm();
  const publishedMs = setting.google.nowMs;
  setting.google.nowMs += 6 * HOUR * 1000;
  await setting.send(genuine(setting), { publishedMs });
  expect(setting.summary().phase).toBe('execute');
});

test('no token is stored', async () => {
  const setting = await withVm();
  const token = genuine(setting);
  await setting.send(token);
  const stored = JSON.stringify([[...setting.google.documents], [...setting.google.events]]);
  expect(stored).not.toContain(token.slice(-100));
});

describe('before the insert has answered', () => {
  async function unanswered(): Promise<Setting> {
    const setting = await withVm();
    const kept = setting.google.documents.get(RUN);
    const state = structuredClone(setting.state());
    const vm = state.attempts[1]?.vm;
    const { start } = vm?.periods[1] ?? {};
    delete vm?.id;
    delete start?.operation;
    delete start?.settledAt;
    if (kept) setting.google.documents.set(RUN, { ...kept, state });
    return setting;
  }

  test('the first genuine token tells which VM it is, and another one is refused', async () => {
    const setting = await unanswered();
    await setting.send(genuine(setting));
    expect(setting.state().attempts[1]?.vm.reportedId).toBe(setting.claimedVm.instance_id);
    await setting.send(of(setting, {}, { instance_id: '999' }), { seq: 2 });
    expect(setting.logged).toEqual(['report refused: a VM of the same name, but another one']);
  });

  test('a VM that is older than the intent is refused', async () => {
    const setting = await unanswered();
    const { instance_creation_timestamp } = setting.claimedVm;
    await setting.send(of(setting, {}, { instance_creation_timestamp: instance_creation_timestamp - 600 }));
    expect(setting.logged).toEqual(['report refused: the VM is older than the decision to make it']);
    expect(setting.state().attempts[1]?.vm.periods[1]?.reports).toBeUndefined();
  });
});

test('a probe that a VM forged is not newer than Pub/Sub says', async () => {
  const { google } = fakeDeployment();
  const probe = { v: 1, type: 'probe', at: '2099-01-01T00:00:00.000Z' };
  await handleEvent(aMessage(probe, '2026-11-21T10:00:00.000Z'), google.context);
  expect(google.probe?.at).toBe('2026-11-21T10:00:00.000Z');
});

test('the key of this computer is private, and the same after a restart', async () => {
  expect(statSync(join(folder, 'identity-key.pem')).mode & 0o777).toBe(0o600);
  expect((await identityKeyOf(folder)).publicKeys).toEqual(key.publicKeys);
});
