// Runs the deployed functions on this computer: `node functions-host.mjs BUNDLE SOCKET`. The bundle registers `request`,
// `event` and `sweep` with the functions framework; POST /request, /event and /sweep on the socket file call them.
// It starts to listen at the first line on stdin, which says who may call (invokers.ts), and exits when stdin ends, which happens
// however the parent ended.
import { timingSafeEqual } from 'node:crypto';
import { renameSync, rmSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';
import { createInterface } from 'node:readline';
import { FUNCTIONS, type FunctionName } from '@mymlops/protocol';
import { getTestServer } from '@google-cloud/functions-framework/testing';
import type { Invokers } from './invokers';

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
const firstLine = new Promise<string>((resolve) => createInterface({ input: process.stdin }).once('line', resolve));
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);
// A Ctrl-C in a test's terminal reaches the whole process group: the parent decides when this process exits.
process.on('SIGINT', () => undefined);

await import(pathToFileURL(bundle).href);
const servers = new Map<FunctionName, Server>(FUNCTIONS.map((name) => [name, getTestServer(name)]));
const invokers = JSON.parse(await firstLine) as Invokers;

const log = (severity: string, message: string, fields: object): void =>
  void process.stdout.write(`${JSON.stringify({ severity, message, ...fields })}\n`);

/** As Cloud Run, which lets nobody through without a token for this very service. */
function mayInvoke(name: FunctionName, { headers }: IncomingMessage): boolean {
  const [given, wanted] = [headers.authorization ?? '', `Bearer ${invokers.token}`].map((text) => Buffer.from(text));
  const isKnown = given?.length === wanted?.length && timingSafeEqual(given ?? Buffer.of(), wanted ?? Buffer.of());
  if (isKnown && invokers.functions.includes(name)) return true;
  log('WARNING', 'call of a function refused', { function: name, permission: 'run.routes.invoke' });
  return false;
}

const router = createServer((request, response) => {
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  const name = FUNCTIONS.find((each) => path === `/${each}`);
  const target = request.method === 'POST' && !isExiting && name !== undefined ? servers.get(name) : undefined;
  if (!target || name === undefined || !mayInvoke(name, request)) {
    request.resume();
    response.writeHead(isExiting ? 503 : target ? 403 : 404).end();
    return;
  }
  callsInProgress += 1;
  void endCallWhenHandled(response);
  request.url = '/';
  target.emit('request', request, response);
});
router.requestTimeout = 0;

// Bound under its own name and then renamed: an earlier process that is still exiting cannot remove the new socket.
const bound = `${socket}.${process.pid}`;
rmSync(bound, { force: true });
router.listen(bound, () => {
  renameSync(bound, socket);
  log('INFO', 'functions listening', { pid: process.pid });
});
