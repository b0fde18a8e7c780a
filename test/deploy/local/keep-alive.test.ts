// Idle connections: a server that closes them sooner than its clients loses the request that is just on its way.
import { mkdtempSync, rmSync } from 'node:fs';
import { get, Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMetadata } from '../../../deploy/local/metadata';
import { serviceOptions } from './harness';
import { startStandIns, type StandIns } from './stand-ins';

const folder = mkdtempSync(join(tmpdir(), 'keep-alive-'));
let standIns: StandIns;
beforeAll(async () => {
  standIns = await startStandIns(folder);
});
afterAll(async () => {
  await standIns.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The header by which a server tells how long it keeps an idle connection. */
function keepAliveOf(address: string): Promise<unknown> {
  const agent = new Agent({ keepAlive: true });
  return new Promise((resolve, reject) => {
    get(`http://${address}/`, { agent }, (response) => {
      response.resume().once('end', () => {
        agent.destroy();
        resolve(response.headers['keep-alive']);
      });
    }).once('error', reject);
  });
}

test.each(['pubsub', 'compute', 'storage', 'secrets'] as const)(
  'calls of %s were reset now and then: it closed idle connections after 5 s',
  async (service) => {
    expect(await keepAliveOf(standIns.endpoints[service])).toBe('timeout=120');
  },
);

test('the same happened to calls of the metadata server of a VM', async () => {
  const { clock, log } = serviceOptions(folder);
  const server = await startMetadata({ port: 0, clock, log, vm: () => undefined, token: () => '' });
  try {
    expect(await keepAliveOf(`127.0.0.1:${server.port}`)).toBe('timeout=120');
  } finally {
    await server.close();
  }
});
