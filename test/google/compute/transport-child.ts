// The functions' Compute adapter as on Google: Google's own transport and sign-in, no endpoints. Arguments: the port to which
// compute.googleapis.com is led. Prints what its calls said, as JSON.
import tls from 'node:tls';
import type { ConnectionOptions } from 'node:tls';
import { randomUUID } from 'node:crypto';
import { namesOf } from '@mymlops/protocol';
import { openCompute } from '../../../functions/src/google/compute';
import { aBody, makeVm, ZONE } from './harness';

const port = Number(process.argv[2]);
const connect = tls.connect as (options: ConnectionOptions, ...rest: unknown[]) => tls.TLSSocket;
tls.connect = ((options: ConnectionOptions, ...rest: unknown[]) => {
  if (options.host !== 'compute.googleapis.com') throw new Error(`a call to ${options.host}`);
  return connect({ ...options, host: '127.0.0.1', port, servername: options.host }, ...rest);
}) as typeof tls.connect;

async function makeCalls(): Promise<object> {
  const cloud = openCompute(namesOf('local', 'mymlops'), () => undefined);
  const absent = (await cloud.get(ZONE, 'none')) ?? null;
  await makeVm(cloud, aBody('here', { a: 'b' }));
  const listed = (await cloud.list()).vms.map(({ name }) => name);
  const { offering } = await cloud.offers({ machineType: 'e2-standard-4' });
  const refused = await cloud.insert(ZONE, randomUUID(), { ...aBody('bad'), name: 'Not a name' });
  await cloud.delete(ZONE, 'here');
  return { absent, listed, offering, refused };
}

makeCalls().then(
  (said) => console.log(JSON.stringify(said)),
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
