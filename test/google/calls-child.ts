// A program that makes one call of each kind, as client and functions do, and prints the addresses that it connected to.
// Its argument: the endpoints, as JSON. A process of its own, because Google's libraries look around only in a real one.
import { Socket } from 'node:net';
import { namesOf, newRunId, type Endpoints } from '@mymlops/protocol';
import { openBucket } from '../../client/src/google/bucket';
import { openBus } from '../../client/src/google/bus';
import { openRunReader as openClientRuns } from '../../client/src/google/runs';
import { openBusPort } from '../../functions/src/google/bus';
import { openDeadMessages } from '../../functions/src/google/dead-messages';
import { openCompute } from '../../functions/src/google/compute';
import { openBucketPort } from '../../functions/src/google/bucket';

import { openRunStore } from './run-store';

const targets = new Set<string>();
const connect = Socket.prototype.connect as (...args: unknown[]) => Socket;
Socket.prototype.connect = function (this: Socket, ...args: unknown[]) {
  const [{ host, port }] = args.flat() as [{ host?: string; port?: number }];
  targets.add(`${host}:${port}`);
  return connect.apply(this, args);
};

const endpoints = JSON.parse(process.argv[2] ?? '') as Endpoints;
const names = namesOf('local', 'mymlops');
const local = () => endpoints;
const connection = { names, endpoints, deadlineMs: 10_000 };
const run = newRunId(new Date('2026-11-21T10:00:00.000Z'), () => 0);
const cancel = { v: 1, type: 'cancel', run, by: 'me', at: '2026-11-21T10:00:00.000Z' } as const;

async function makeCalls(): Promise<void> {
  await Promise.allSettled([
    openRunStore(names, local).load(run),
    openClientRuns(connection).get(run),
    openBusPort(names, local).ask(cancel),
    openDeadMessages(names, local).pull('requests', 1),
    openBus(connection).publish(cancel),
    openBucketPort({ project: 'local', name: 'none' }, local).read('none', 10),
    openBucket(connection, 'none').read('none'),
    openCompute(names, local).get('local-a', 'none'),
  ]);
  process.stdout.write(JSON.stringify([...targets].toSorted()), () => process.exit());
}

void makeCalls();
