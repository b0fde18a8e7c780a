// Ports stay the same from one start to the next, unless another program has taken them.
import { once } from 'node:events';
import { type Server, createServer } from 'node:net';
import { makePlace } from './cloud-process';

const SERVICES = ['firestore', 'pubsub', 'compute', 'storage', 'secrets'] as const;

const place = makePlace();
const others: Server[] = [];
afterAll(async () => {
  await place.removeAll();
  for (const other of others) other.close();
});

async function take(address: string): Promise<void> {
  const other = createServer((socket) => socket.destroy());
  others.push(other);
  other.listen(Number(address.split(':')[1]), '127.0.0.1');
  await once(other, 'listening');
}

test('ports that another program has taken are replaced, and the endpoints say so', async () => {
  const first = await place.startReady();
  const before = place.endpoints();
  first.child.kill('SIGTERM');
  await first.ended;
  for (const service of SERVICES) await take(before[service]);
  await place.startReady();
  const after = place.endpoints();
  for (const service of SERVICES) expect(after[service]).not.toBe(before[service]);
  await expect(place.publish('mymlops-requests', {})).resolves.toBeUndefined();
});
