// Runs the deployed functions on this computer: `node functions-host.mjs BUNDLE SOCKET`. The bundle registers `request`,
// `event` and `sweep` with the functions framework; POST /request, /event and /sweep on the socket file call them.
// It starts to listen at the first line on stdin, and exits when stdin ends, which happens however the parent ended.
import { renameSync, rmSync } from 'node:fs';
import type { Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';
import { getTestServer } from '@google-cloud/functions-framework/testing';

const ENTRY_POINTS = ['request', 'event', 'sweep'];
/** Time that a call in progress gets to end. The message of a call that does not end is delivered again. */
const GRACE_MS = 2000;

const [bundle = '', socket = ''] = process.argv.slice(2);
let callsInProgress = 0;
let isExiting = false;

function exitIfDone(): void {
  if (isExiting && callsInProgress === 0) process.exit(0);
}

/** A lost connection closes the response, not the handler: a handler has ended when it ends the response. */
async function endCallWhenHandled(response: ServerResponse): Promise<void> {
  const handled = new Promise((resolve) => response.once('prefinish', resolve));
  const sentOrLost = new Promise((resolve) => response.once('close', resolve));
  await Promise.all([handled, sentOrLost]);
  callsInProgress -= 1;
  exitIfDone();
}

function exit(): void {
  isExiting = true;
  setTimeout(() => process.exit(0), GRACE_MS);
  exitIfDone();
}

process.stdin.once('end', exit).once('error', exit);
const mayListen = new Promise((resolve) => process.stdin.once('data', resolve));
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);
// A Ctrl-C in a test's terminal reaches the whole process group: the parent decides when this process exits.
process.on('SIGINT', () => undefined);

await import(pathToFileURL(bundle).href);
const servers = new Map<string, Server>(ENTRY_POINTS.map((name) => [`/${name}`, getTestServer(name)]));

const router = createServer((request, response) => {
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  const target = request.method === 'POST' && !isExiting ? servers.get(path) : undefined;
  if (!target) {
    request.resume();
    response.writeHead(isExiting ? 503 : 404).end();
    return;
  }
  callsInProgress += 1;
  void endCallWhenHandled(response);
  request.url = '/';
  target.emit('request', request, response);
});
router.requestTimeout = 0;

await mayListen;
// Bound under its own name and then renamed: an earlier process that is still exiting cannot remove the new socket.
const bound = `${socket}.${process.pid}`;
rmSync(bound, { force: true });
router.listen(bound, () => {
  renameSync(bound, socket);
  process.stdout.write(`${JSON.stringify({ severity: 'INFO', message: 'functions listening', pid: process.pid })}\n`);
});
