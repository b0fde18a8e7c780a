// Client and functions at Cloud Storage as on Google: Google's own transport and sign-in, no endpoints. Arguments: the port to which
// storage.googleapis.com is led, the bucket, the client's limit for a call in ms, and the calls as JSON. Prints what each said, as JSON.
import tls from 'node:tls';
import type { ConnectionOptions } from 'node:tls';
import { namesOf } from '@mymlops/protocol';
import { openBucket } from '../../client/src/google/bucket';
import { openBucketPort } from '../../functions/src/google/bucket';
import { openSnapshots } from '../../functions/src/google/snapshots';

const [port = '', name = '', limitMs = '', calls = '[]'] = process.argv.slice(2);
const connect = tls.connect as (options: ConnectionOptions, ...rest: unknown[]) => tls.TLSSocket;
tls.connect = ((options: ConnectionOptions, ...rest: unknown[]) => {
  if (options.host !== 'storage.googleapis.com') throw new Error(`a call to ${options.host}`);
  return connect({ ...options, host: '127.0.0.1', port: Number(port), servername: options.host }, ...rest);
}) as typeof tls.connect;

const names = namesOf('local', 'mymlops');
const client = openBucket({ names, deadlineMs: Number(limitMs) }, name);
const functions = openBucketPort({ project: names.project, name }, () => undefined);
const snapshots = openSnapshots({ project: names.project, name }, () => undefined);

async function allOf(object: string): Promise<string | null> {
  const pieces = await client.stream(object, { signal: new AbortController().signal });
  if (!pieces) return null;
  const read: Buffer[] = [];
  for await (const piece of pieces) read.push(piece);
  return Buffer.concat(read).toString('utf8');
}

const CALLS: Record<string, (...given: string[]) => Promise<unknown>> = {
  'client uploadNew': (file = '', object = '') => client.uploadNew(file, object),
  'client exists': (object = '') => client.exists(object),
  'client stat': async (object = '') => (await client.stat(object))?.size,
  'client list': async (prefix = '') => (await client.list(prefix)).map((one) => one.name),
  'client read': async (object = '') => (await client.read(object))?.toString('utf8'),
  'client stream': (object = '') => allOf(object),
  'client download': (object = '', file = '') => client.download(object, file),
  'functions read': (object = '') => functions.read(object, 1e9),
  'functions write': (object = '', text = '') => functions.write(object, text),
  'functions create': (object = '', text = '') => functions.create(object, text),
  'functions list': (prefix = '') => functions.list(prefix),
  'functions removeAll': (prefix = '') => functions.removeAll(prefix),
  'snapshots remove': (object = '', generation = '') => snapshots.remove(object, generation),
};

async function makeCalls(): Promise<unknown[]> {
  const said: unknown[] = [];
  for (const [call, ...given] of JSON.parse(calls) as [string, ...string[]][]) {
    const make = CALLS[call];
    if (!make) throw new Error(`no such call: ${call}`);
    try {
      said.push((await make(...given)) ?? null);
    } catch (error) {
      said.push({ error: error instanceof Error ? error.message : String(error) });
    }
  }
  return said;
}

makeCalls().then(
  // A connection that hangs would keep the process.
  (said) => process.stdout.write(JSON.stringify(said), () => process.exit()),
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
