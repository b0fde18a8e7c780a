// `retry --json` where sending fails: a script must not lose the id of a run that may exist.
import type { CommitRequest, RunDocument } from '@mymlops/protocol';
import { retry } from '../../../client/src/commands/retry';
import type { Deployment } from '../../../client/src/deployment/connect';
import { aCommit, RUN } from '../../fakes/builders';
import { testContext } from '../context';

const at = '2026-11-21T11:00:00.000Z';
const failed: RunDocument = {
  ...{ v: 1, status: 'failed', message: '', live: false, attempts: {}, request: aCommit() },
  end: { status: 'failed', message: '', at },
};

/** A deployment with one run that has ended, whose requests topic does this with a request. */
function deploymentWith(publish: (request: CommitRequest) => Promise<void>, document = failed) {
  let closed = 0;
  const deployment = {
    connection: { endpoints: {} },
    runs: () => Promise.resolve({ get: () => Promise.resolve(document), ids: () => Promise.resolve([RUN]) }),
    buckets: () => Promise.resolve({ results: { exists: () => Promise.resolve(true) } }),
    secrets: () => Promise.resolve({ list: () => Promise.resolve([{ id: 'mymlops_A', createTime: at }]) }),
    bus: () => Promise.resolve({ publish }),
    isLost: () => false,
    close: () => Promise.resolve(void closed++),
  } as unknown as Deployment;
  return { open: () => Promise.resolve(deployment), closed: () => closed };
}

const context = () => testContext({ flags: { local: true } });
const failing = (code: number): Error => Object.assign(new Error('no'), { code });

test('sent, and no answer came: the run may exist, and its id is printed', async () => {
  const requests: CommitRequest[] = [];
  const { open, closed } = deploymentWith((request) => (requests.push(request), Promise.reject(failing(14))));
  const here = context();
  await expect(retry(here, RUN, { json: true, detach: true }, open)).rejects.toThrow('no');
  expect(JSON.parse(here.printed())).toMatchObject({ run: requests[0]?.run, status: 'unknown', exitCode: 101 });
  expect(requests[0]?.run).not.toBe(RUN);
  expect(here.said.at(-1)).toMatch(/may have been accepted nevertheless/);
  expect(closed()).toBe(1);
});

test('refused: there is no run, and still one document', async () => {
  const { open } = deploymentWith(() => Promise.reject(failing(7)));
  const here = context();
  await expect(retry(here, RUN, { json: true, detach: true }, open)).rejects.toThrow('no');
  expect(here.printed()).toBe('null\n');
});

test('there is no deployment: still one document', async () => {
  const here = context();
  const open = (): Promise<Deployment> => Promise.reject(new Error('not installed'));
  await expect(retry(here, RUN, { json: true }, open)).rejects.toThrow('not installed');
  expect(here.printed()).toBe('null\n');
});

test('sent: the document says so; without --json it is the id alone, and a failure prints nothing', async () => {
  const { open } = deploymentWith(() => Promise.resolve());
  const here = context();
  expect(await retry(here, RUN, { json: true, detach: true }, open)).toBe(0);
  expect(JSON.parse(here.printed())).toMatchObject({ status: 'queued', exitCode: 0 });
  const plain = context();
  expect(await retry(plain, RUN, { detach: true }, open)).toBe(0);
  expect(plain.printed()).toMatch(/^\d{8}-\d{6}-[a-z0-9]{4}\n$/);
  const refused = context();
  await expect(retry(refused, RUN, {}, deploymentWith(() => Promise.reject(failing(14))).open)).rejects.toThrow('no');
  expect(refused.printed()).toBe('');
});

test('a run whose secret was removed got a VM, only to fail on it', async () => {
  const requests: CommitRequest[] = [];
  const publish = (request: CommitRequest): Promise<void> => Promise.resolve(void requests.push(request));
  const naming = (secrets: string[]): RunDocument => ({
    ...failed,
    request: aCommit({ secrets, setupSecrets: ['A'] }),
  });
  const { open, closed } = deploymentWith(publish, naming(['GONE']));
  await expect(retry(context(), RUN, { detach: true }, open)).rejects.toThrow(
    'The deployment mymlops has no secret GONE. Nothing was sent. Store it:\n  mymlops-client secrets set GONE',
  );
  expect([requests.length, closed()]).toEqual([0, 1]);
  expect(await retry(context(), RUN, { detach: true }, deploymentWith(publish, naming(['A'])).open)).toBe(0);
});
