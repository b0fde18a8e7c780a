// The REST side of the stand-in: who may call it, and what it refuses. What it answers: see differential.test.ts.
import type { Service } from '../../../../deploy/local/shared/service';
import { auth, TOKEN } from '../harness';
import { fixture } from './fixture';

const owner = { authorization: `Bearer ${TOKEN}` };
const DOCUMENTS = 'projects/local/databases/mymlops-runs/documents';
const GET_A = { documents: [`${DOCUMENTS}/runs/a`] };

const f = fixture();
let service: Service;
beforeAll(async () => {
  service = await f.start();
  await f.client(service).doc('runs/a').set({ secret: 'in it' });
});
afterAll(() => f.end());

interface Call {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: unknown;
}

async function send({ method = 'POST', path = `${DOCUMENTS}:batchGet`, headers = owner, body = GET_A }: Call) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const url = `http://${service.address}/v1/${path}`;
  const answer = await fetch(url, { method, headers, ...(method !== 'GET' && { body: text }) });
  return { status: answer.status, said: JSON.parse(await answer.text()) as unknown };
}

test.each([
  ['no token', {}, 401],
  ['a wrong token', { authorization: 'Bearer owner' }, 401],
  ['a VM token', { authorization: `Bearer ${auth.vmToken('mymlops-x-1')}` }, 403],
  ['a page', { ...owner, origin: 'http://127.0.0.1' }, 403],
  ['a browser', { ...owner, 'sec-fetch-site': 'same-origin' }, 403],
  ['a proxy', { ...owner, 'x-forwarded-for': '10.0.0.1' }, 403],
] as const)('%s is refused', async (_, headers, code) => {
  const { status, said } = await send({ headers });
  expect(status).toBe(code);
  expect(JSON.stringify(said)).not.toContain('in it');
});

test('the owner reads', async () => {
  const { status, said } = await send({});
  expect({ status, said }).toMatchObject({
    status: 200,
    said: [{ found: { name: `${DOCUMENTS}/runs/a`, fields: { secret: { stringValue: 'in it' } } } }],
  });
});

const runs = { from: [{ collectionId: 'runs' }] };

test.each<[string, Call, number, string]>([
  ['a call that is not there', { path: `${DOCUMENTS}:commit` }, 501, 'UNIMPLEMENTED'],
  ['a name of every object', { path: `${DOCUMENTS}:constructor` }, 501, 'UNIMPLEMENTED'],
  ['a document by its path', { method: 'GET', path: `${DOCUMENTS}/runs/a` }, 501, 'UNIMPLEMENTED'],
  ['a parameter in the address', { path: `${DOCUMENTS}:batchGet?alt=json` }, 501, 'UNIMPLEMENTED'],
  ['a transaction', { body: { ...GET_A, transaction: 'AA==' } }, 501, 'UNIMPLEMENTED'],
  [
    'a vector search',
    { path: `${DOCUMENTS}:runQuery`, body: { structuredQuery: { ...runs, findNearest: {} } } },
    501,
    'UNIMPLEMENTED',
  ],
  ['a field that Google does not know', { body: { ...GET_A, limit: 1 } }, 400, 'INVALID_ARGUMENT'],
  [
    'a clause that Google does not know',
    { path: `${DOCUMENTS}:runQuery`, body: { structuredQuery: { ...runs, sortBy: [] } } },
    400,
    'INVALID_ARGUMENT',
  ],
  [
    'a limit as gRPC wraps it',
    { path: `${DOCUMENTS}:runQuery`, body: { structuredQuery: { ...runs, limit: { value: 1 } } } },
    400,
    'INVALID_ARGUMENT',
  ],
  [
    'a slash that is hidden in an id',
    { path: `${DOCUMENTS}/runs%2Fa:runQuery`, body: { structuredQuery: runs } },
    400,
    'INVALID_ARGUMENT',
  ],
])('%s is refused by name', async (_, call, code, name) => {
  const { status, said } = await send(call);
  expect({ status, said }).toMatchObject({ status: code, said: { error: { code, status: name } } });
});

test('no JSON', async () => {
  expect((await send({ body: '{' })).status).toBe(400);
});

test('a connection is served again after a refusal, and close() does not wait for it', async () => {
  const life = fixture();
  const { address, ...running } = await life.start();
  const ask = () => fetch(`http://${address}/v1/${DOCUMENTS}:nope`, { method: 'POST', headers: owner, body: '{}' });
  for (const _ of [1, 2]) expect((await ask()).status).toBe(501);
  await running.close();
  await life.end();
});

// Google's own client asks for the rest of a query that broke as of the time of its first part.
test('a query as of a time is answered while nothing was changed since', async () => {
  const at = async (readTime: string) => {
    const { status, said } = await send({ path: `${DOCUMENTS}:runQuery`, body: { structuredQuery: runs, readTime } });
    return { status, said: JSON.stringify(said) };
  };
  const { said } = await send({ path: `${DOCUMENTS}:runQuery`, body: { structuredQuery: runs } });
  const [{ readTime }] = said as [{ readTime: string }];
  expect((await at(readTime)).said).toContain('runs/a');
  expect(await at('2999-01-01T00:00:00Z')).toMatchObject({ status: 400, said: expect.stringContaining('future') });
  await f.client(service).doc('runs/b').set({ later: true });
  expect(await at(readTime)).toMatchObject({ status: 501, said: expect.stringContaining('in the past') });
});
