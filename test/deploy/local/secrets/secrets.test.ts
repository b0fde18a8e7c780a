// Secret Manager's calls on the wire: what each answers, who may make it, and what is left in the folder.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { crc32c, LARGEST_SECRET } from '@mymlops/protocol';
import { startSecrets } from '../../../../deploy/local/secrets';
import type { Service } from '../../../../deploy/local/shared/service';
import { auth, createHarness, TOKEN, type Harness } from '../harness';

const ROOT = '/v1/projects/local/secrets';
const AUTOMATIC = { replication: { automatic: {} } };

let harness: Harness;
let service: Service;
beforeEach(async () => {
  harness = createHarness();
  service = await harness.started(startSecrets(harness.options()));
});
afterEach(() => harness.end());

interface Answer {
  status: number;
  body: { error?: { code: number; status: string; message: string } } & Record<string, unknown>;
}

async function call(method: string, path: string, body?: object, token = TOKEN): Promise<Answer> {
  const answer = await fetch(`http://${service.address}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Answer['body'] };
}

const create = (id: string): Promise<Answer> => call('POST', `${ROOT}?secretId=${id}`, AUTOMATIC);
const add = (id: string, data: Buffer, more: object = {}): Promise<Answer> =>
  call('POST', `${ROOT}/${id}:addVersion`, { payload: { data: data.toString('base64'), ...more } });
const access = (id: string, version = 'latest', token = TOKEN): Promise<Answer> =>
  call('GET', `${ROOT}/${id}/versions/${version}:access`, undefined, token);

test('a value is read back by its number and as the latest, with its checksum', async () => {
  expect((await create('mymlops_A')).body).toMatchObject({
    name: 'projects/local/secrets/mymlops_A',
    replication: { automatic: {} },
  });
  expect((await add('mymlops_A', Buffer.from('one'))).body).toMatchObject({
    name: 'projects/local/secrets/mymlops_A/versions/1',
    state: 'ENABLED',
  });
  await add('mymlops_A', Buffer.from('two\n'), { dataCrc32c: String(crc32c(0, Buffer.from('two\n'))) });
  expect((await access('mymlops_A')).body).toEqual({
    name: 'projects/local/secrets/mymlops_A/versions/2',
    payload: { data: 'dHdvCg==', dataCrc32c: String(crc32c(0, Buffer.from('two\n'))) },
  });
  expect((await access('mymlops_A', '1')).body).toMatchObject({ payload: { data: 'b25l' } });
});

test('values survive a restart, in a file for this user alone, which a deleted value leaves at once', async () => {
  await create('mymlops_A');
  await add('mymlops_A', Buffer.from('kept'));
  await create('mymlops_B');
  await add('mymlops_B', Buffer.from('gone'));
  expect(await call('DELETE', `${ROOT}/mymlops_B`)).toEqual({ status: 200, body: {} });
  await service.close();
  const file = join(harness.folder, 'secrets.jsonl');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8')).not.toContain(Buffer.from('gone').toString('base64'));
  service = await harness.started(startSecrets(harness.options()));
  expect((await access('mymlops_A')).body).toMatchObject({ payload: { data: 'a2VwdA==' } });
  expect((await access('mymlops_B')).status).toBe(404);
});

test('a list has names and no values, in pages', async () => {
  for (const id of ['mymlops_C', 'mymlops_A', 'other']) await create(id);
  await add('mymlops_A', Buffer.from('value'));
  const { body } = await call('GET', `${ROOT}?pageSize=2`);
  expect(body).toMatchObject({ totalSize: 3, nextPageToken: 'mymlops_C' });
  expect(JSON.stringify(body)).not.toContain('dmFsdWU');
  const names = ({ secrets }: Answer['body']): unknown => (secrets as { name: string }[]).map(({ name }) => name);
  expect(names(body)).toEqual(['projects/local/secrets/mymlops_A', 'projects/local/secrets/mymlops_C']);
  expect(names((await call('GET', `${ROOT}?pageToken=mymlops_C`)).body)).toEqual(['projects/local/secrets/other']);
  expect((await call('GET', '/v1/projects/another/secrets')).body).toEqual({ totalSize: 0 });
});

test.each<[string, () => Promise<Answer>, number, string, RegExp]>([
  ['a second one of a name', () => create('mymlops_A'), 409, 'ALREADY_EXISTS', /\[.*mymlops_A\] already exists/],
  ['a bad name', () => create('a.b'), 400, 'INVALID_ARGUMENT', /\[a\.b\] is not valid/],
  ['no replication', () => call('POST', `${ROOT}?secretId=x`, {}), 400, 'INVALID_ARGUMENT', /replication/],
  ['a version of an absent one', () => add('absent', Buffer.from('x')), 404, 'NOT_FOUND', /\[.*absent\] not found/],
  ['an empty value', () => add('mymlops_A', Buffer.alloc(0)), 400, 'INVALID_ARGUMENT', /cannot be empty/],
  ['a large value', () => add('mymlops_A', Buffer.alloc(LARGEST_SECRET + 1)), 400, 'INVALID_ARGUMENT', /too large/],
  [
    'a wrong checksum',
    () => add('mymlops_A', Buffer.from('x'), { dataCrc32c: '1' }),
    400,
    'INVALID_ARGUMENT',
    /checksum/,
  ],
  [
    'data that is not base64',
    () => call('POST', `${ROOT}/mymlops_A:addVersion`, { payload: { data: '%' } }),
    400,
    'INVALID_ARGUMENT',
    /base64/,
  ],
  ['the value of one without versions', () => access('mymlops_A'), 404, 'NOT_FOUND', /not found or has no versions/],
  [
    'an absent version',
    async () => (await add('mymlops_A', Buffer.from('x')), access('mymlops_A', '7')),
    404,
    'NOT_FOUND',
    /versions\/7\] not found/,
  ],
  ['a page of no size', () => call('GET', `${ROOT}?pageSize=0`), 400, 'INVALID_ARGUMENT', /pageSize/],
  [
    'a call that is not served',
    () => call('GET', `${ROOT}/mymlops_A`),
    501,
    'UNIMPLEMENTED',
    /GET \/v1\/projects\/P\/secrets\/S/,
  ],
  ['a parameter that is not served', () => call('GET', `${ROOT}?filter=x`), 501, 'UNIMPLEMENTED', /with filter/],
])("%s is refused in Google's form", async (_what, act, status, name, message) => {
  await create('mymlops_A');
  const { status: answered, body } = await act();
  expect([answered, body.error?.code, body.error?.status]).toEqual([status, status, name]);
  expect(body.error?.message).toMatch(message);
});

test('the largest value is taken', async () => {
  await create('mymlops_A');
  expect((await add('mymlops_A', Buffer.alloc(LARGEST_SECRET, 'x'))).status).toBe(200);
});

describe('who may do what', () => {
  const vm = auth.vmToken('mymlops-x');
  beforeEach(async () => {
    for (const id of ['mymlops_A', 'other_A', 'mymlops-dev_A']) {
      await create(id);
      await add(id, Buffer.from('x'));
    }
  });

  test('a VM reads values of its deployment, and of no other', async () => {
    expect((await access('mymlops_A', 'latest', vm)).status).toBe(200);
    for (const id of ['other_A', 'mymlops-dev_A', 'absent']) {
      const { status, body } = await access(id, 'latest', vm);
      expect([id, status, body.error?.status]).toEqual([id, 403, 'PERMISSION_DENIED']);
      expect(body.error?.message).toBe(
        `Permission 'secretmanager.versions.access' denied for resource 'projects/local/secrets/${id}/versions/latest' (or it may not exist).`,
      );
    }
    for (const [method, path] of [
      ['GET', ROOT],
      ['DELETE', `${ROOT}/mymlops_A`],
      ['POST', `${ROOT}?secretId=mymlops_B`],
      ['POST', `${ROOT}/mymlops_A:addVersion`],
    ] as const) {
      expect([method, (await call(method, path, method === 'POST' ? {} : undefined, vm)).status]).toEqual([
        method,
        403,
      ]);
    }
  });

  test('a client reads no value', async () => {
    expect((await access('mymlops_A', 'latest', auth.tokenOf('client'))).status).toBe(403);
    expect((await call('GET', ROOT, undefined, auth.tokenOf('client'))).status).toBe(200);
  });

  test.each(['request', 'event', 'sweep', 'push'] as const)('%s may do nothing', async (identity) => {
    const token = auth.tokenOf(identity);
    expect((await access('mymlops_A', 'latest', token)).status).toBe(403);
    expect((await call('GET', ROOT, undefined, token)).status).toBe(403);
  });
});
