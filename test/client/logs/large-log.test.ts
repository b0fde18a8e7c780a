// The built client and a log that does not fit into its memory, against our stand-ins for Firestore and Cloud Storage.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ENDPOINTS_FILE, resultsPrefix } from '@mymlops/protocol';
import { noteBuild } from '../../../deploy/local/state/running-build';
import { startStandIns, type StandIns } from '../stand-ins';
import { BUCKETS } from '../../fakes/buckets';

const CLIENT = join(__dirname, '../../../client/bin/mymlops-client.cjs');
const AT = '2026-01-01T00:00:00.000Z';
const SMALL = '20260101-000000-aaaa';
const LARGE = '20260101-000001-bbbb';
const BLOCK = Buffer.from('a line of a training log\n'.repeat(40_000));
const BLOCKS = 150;

let folder = '';
let deployment: StandIns;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mymlops-logs-'));
  deployment = await startStandIns(folder);
  // The client that was built says so where another build seems to run.
  noteBuild(join(folder, 'state'), readFileSync(join(__dirname, '../../../deploy/local/dist/build'), 'utf8'));
  writeFileSync(join(folder, 'peak.cjs'), PEAK);
  await save(SMALL, 'one\n');
  await save(LARGE, Buffer.concat(Array.from({ length: BLOCKS }, () => BLOCK)));
});
afterAll(async () => {
  await deployment.close();
  rmSync(folder, { recursive: true });
});

/** Says at the end how much memory the process had at most, in kB. Not by maxRSS, which on Linux includes its parent's. */
const PEAK = `
const { readFileSync, writeSync } = require('node:fs');
const ofThisProgram = () => /VmHWM:\\s*(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1];
const peak = () => (process.platform === 'linux' ? ofThisProgram() : process.resourceUsage().maxRSS);
process.on('exit', () => writeSync(3, String(peak())));
`;

async function save(run: string, log: string | Buffer): Promise<void> {
  const end = { status: 'succeeded', message: '', at: AT, attempt: 1 };
  const document = { v: 1, message: '', submittedAt: AT, attempts: { 1: {} }, status: 'succeeded', live: false, end };
  await deployment.firestore.doc(`runs/${run}`).set(document);
  const { storage, token } = JSON.parse(readFileSync(join(folder, 'state', ENDPOINTS_FILE), 'utf8')) as {
    storage: string;
    token: string;
  };
  const object = encodeURIComponent(`${resultsPrefix(run, 1)}log.txt`);
  const url = `http://${storage}/upload/storage/v1/b/${BUCKETS.results}/o?uploadType=media&name=${object}`;
  const answer = await fetch(url, { method: 'POST', body: log, headers: { authorization: `Bearer ${token}` } });
  expect(answer.status).toBe(200);
}

interface Ended {
  code: number | null;
  sha256: string;
  /** The first 1000 characters. */
  printed: string;
  said: string;
  peakKb: number;
}

/** Paths may hold spaces. */
const DEFINE_CLIENT = 'client() { "$NODE" --require="$PEAK" "$CLIENT" --local "$@"; }';

/** A line of bash in which `client` is the client. */
function inShell(line: string): Promise<Ended> {
  const env = {
    ...{ PATH: process.env['PATH'], HOME: folder, MYMLOPS_HOME: join(folder, 'state') },
    ...{ NODE: process.execPath, PEAK: join(folder, 'peak.cjs'), CLIENT },
  };
  const child = spawn('bash', ['-o', 'pipefail', '-c', `${DEFINE_CLIENT}\n${line}`], {
    env,
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const hash = createHash('sha256');
  let [printed, said, peak] = ['', '', ''];
  child.stdio[1]?.on('data', (chunk: Buffer) => {
    hash.update(chunk);
    if (printed.length < 1000) printed += chunk.toString('latin1', 0, 1000);
  });
  child.stdio[2]?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stdio[3]?.on('data', (chunk: Buffer) => (peak += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, sha256: hash.digest('hex'), printed, said, peakKb: Number(peak) }));
  });
}

test.each([[''], ['-f ']])('`logs %s` held a log of 150 MB in memory', async (option) => {
  const small = await inShell(`client logs ${option}${SMALL}`);
  expect(small).toMatchObject({ code: 0, printed: 'one\n', said: '' });
  const large = await inShell(`client logs ${option}${LARGE}`);
  const whole = createHash('sha256');
  for (let count = 0; count < BLOCKS; count++) whole.update(BLOCK);
  expect(large).toMatchObject({ code: 0, sha256: whole.digest('hex'), said: '' });
  expect(large.peakKb - small.peakKb).toBeLessThan(100_000); // it was three times the log
});

test.each([[''], ['-f ']])('`logs %s| head -3` ended after the whole log', async (option) => {
  const { code, printed, said } = await inShell(`client logs ${option}${LARGE} | head -3`);
  expect({ code, printed, said }).toEqual({ code: 0, printed: 'a line of a training log\n'.repeat(3), said: '' });
});
