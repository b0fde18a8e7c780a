// Runs the deployed functions on this machine: `node functions-host.mjs BUNDLE SOCKET`. The bundle registers `request`,
// `event` and `sweep` with the functions framework; POST /request, /event, /sweep on the socket file reach them.
// Listens when the first line comes on stdin; leaves when stdin ends, which it does however the parent went.
import { renameSync, rmSync } from 'node:fs';
import type { Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';
import { getTestServer } from '@google-cloud/functions-framework/testing';

const ENTRY_POINTS = ['request', 'event', 'sweep'];
/** What a call in progress gets to end; the message of one that does not is delivered again. */
const GRACE_MS = 2000;

const [bundle = '', socket = ''] = process.argv.slice(2);
let callsInProgress = 0;
let isLeaving = false;

function leaveIfDone(): void {
  if (isLeaving && callsInProgress === 0) process.exit(0);
}

/** A lost connection closes the response, not the handler: that one has ended when it ends the response. */
async function countDownAfter(response: ServerResponse): Promise<void> {
  const handled = new Promise((resolve) => response.once('prefinish', resolve));
  const sentOrLost = new Promise((resolve) => response.once('close', resolve));
  await Promise.all([handled, sentOrLost]);
  callsInProgress -= 1;
  leaveIfDone();
}

function leave(): void {
  isLeaving = true;
  setTimeout(() => process.exit(0), GRACE_MS);
  leaveIfDone();
}

process.stdin.once('end', leave).once('error', leave);
const mayListen = new Promise((resolve) => process.stdin.once('data', resolve));
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);
// A Ctrl-C in the terminal of a test reaches the whole group: the parent decides when we leave.
process.on('SIGINT', () => undefined);

await import(pathToFileURL(bundle).href);
const servers = new Map<string, Server>(ENTRY_POINTS.map((name) => [`/${name}`, getTestServer(name)]));

const router = createServer((request, response) => {
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  const target = request.method === 'POST' && !isLeaving ? servers.get(path) : undefined;
  if (!target) {
    request.resume();
    response.writeHead(isLeaving ? 503 : 404).end();
    return;
  }
  callsInProgress += 1;
  void countDownAfter(response);
  request.url = '/';
  target.emit('request', request, response);
});
router.requestTimeout = 0;

await mayListen;
// Bound under a name of its own and then renamed: a predecessor that is still leaving cannot remove the new socket.
const bound = `${socket}.${process.pid}`;
rmSync(bound, { force: true });
router.listen(bound, () => {
  renameSync(bound, socket);
  process.stdout.write(`${JSON.stringify({ severity: 'INFO', message: 'functions listening', pid: process.pid })}\n`);
});
