// `logs` of 600 MB: its first line against that of a small log, all of it against `cat` of the same file, and the client's
// peak of memory.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream, readFileSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { timePairs } from './pairs.mjs';
import { ownerTokenBeside } from './owner-token.mjs';

const BYTES = 600_000_000;
const ROUNDS = 7;
const MEMORY_KB = 150_000_000 / 1024;
/** As a training prints it: many plain lines, and now and then a progress bar that is written over, in colours. */
const BLOCK = Buffer.from(
  [
    ...Array.from({ length: 20_000 }, (_, step) => `step ${step} loss 0.${step}31234 accuracy 0.9${step} lr 0.001\n`),
    ...Array.from({ length: 1000 }, (_, done) => `\r ${done}|${'█'.repeat(done % 10)}| ${done}/1000 [00:12<00:34]`),
    '\n\u001b[32mINFO\u001b[0m epoch done\n',
  ].join(''),
);
/** Says at the end how much memory the process had at most, in kB. Not by maxRSS, which on Linux includes its parent's. */
const PEAK = `
const { readFileSync, writeSync } = require('node:fs');
const ofThisProgram = () => /VmHWM:\\s*(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1];
const peak = () => (process.platform === 'linux' ? ofThisProgram() : process.resourceUsage().maxRSS);
process.on('exit', () => writeSync(3, String(peak())));
`;

/**
 * @param {string} folder a temporary one
 * @param {string} client the program
 * @param {Record<string, string>} env
 * @param {string[]} runs ids of two runs that have ended
 * @returns rows for the first line, the whole time and the peak of memory
 */
export async function benchLogs(folder, client, env, [small, large]) {
  const file = join(folder, 'log-600mb.txt');
  await pipeline(Readable.from(blocks()), createWriteStream(file));
  const save = uploadsTo(env.MYMLOPS_HOME);
  await save(small, Readable.from(['one line\n']));
  await save(large, createReadStream(file));
  writeFileSync(join(folder, 'peak.cjs'), PEAK);
  const peaks = [];
  const logs = (run) =>
    start([process.execPath, '--require', join(folder, 'peak.cjs'), client, '--local', 'logs', run]);
  const start = ([program, ...args]) =>
    spawn(program, args, { env, cwd: folder, stdio: ['ignore', 'pipe', 'inherit', 'pipe'] });
  const firstLine = (run) => async () => {
    const child = logs(run);
    await once(child.stdout, 'data');
    // Timed is what a reader waits for; the end, which a closed pipe brings about, is not.
    child.stdout.destroy();
    child.stdio[3].resume();
    ending.push(once(child, 'close'));
  };
  const ending = [];
  const ended = async () => {
    await Promise.all(ending.splice(0));
  };
  const whole = (command, least) => async () => {
    const child = command();
    let [bytes, peak] = [0, ''];
    child.stdout.on('data', (chunk) => (bytes += chunk.length));
    child.stdio[3].on('data', (chunk) => (peak += chunk));
    const [code] = await once(child, 'close');
    if (code !== 0 || bytes < least) throw new Error(`${child.spawnargs.join(' ')}: exit ${code} after ${bytes} bytes`);
    if (peak !== '') peaks.push(Number(peak));
  };
  const floor = async () => {
    await ended();
    await firstLine(small)();
  };
  const first = await timePairs({ 'logs-600mb-first-line': firstLine(large) }, floor, ROUNDS, {
    prepare: { 'logs-600mb-first-line': ended },
  });
  await ended();
  const { size } = statSync(file);
  const all = await timePairs(
    { 'logs-600mb-time': whole(() => logs(large), 0.9 * size) },
    whole(() => start(['cat', file]), size),
    ROUNDS,
  );
  const ratios = peaks.map((peak) => Number((peak / MEMORY_KB).toFixed(4))).toSorted((a, b) => a - b);
  const ratio = ratios[ratios.length >> 1];
  const memory = {
    name: 'logs-600mb-memory',
    value: Math.round((ratio * MEMORY_KB * 1024) / 1e6),
    unit: 'MB',
    floor: 150,
  };
  return [...first, ...all, { ...memory, ratio, spread: [ratios[0], ratios.at(-1)] }];
}

function* blocks() {
  for (let bytes = 0; bytes < BYTES; bytes += BLOCK.length) yield BLOCK;
}

/** Writes a run's log straight into the bucket, as its VM would. */
function uploadsTo(folder) {
  const { storage } = JSON.parse(readFileSync(join(folder, 'endpoints.json'), 'utf8'));
  const token = ownerTokenBeside(join(folder, 'endpoints.json'));
  const suffix = readFileSync(join(folder, 'bucket-suffix'), 'utf8').trim();
  const [host, port] = storage.split(':');
  return async (run, content) => {
    const object = encodeURIComponent(`runs/${run}/attempts/1/results/log.txt`);
    const path = `/upload/storage/v1/b/local-mymlops-results-${suffix}/o?uploadType=media&name=${object}`;
    const upload = request({ host, port, path, method: 'POST', headers: { authorization: `Bearer ${token}` } });
    const answered = once(upload, 'response');
    await pipeline(content, upload);
    const [answer] = await answered;
    answer.resume();
    if (answer.statusCode !== 200) throw new Error(`${object}: HTTP ${answer.statusCode}`);
  };
}
