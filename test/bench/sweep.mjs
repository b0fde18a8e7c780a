// A sweep over 10,000 live VMs and 100,000 ended runs, beside 100 instances that are on and 1,000 that are stopped, against the same
// reads alone. Who sweeps is a process of its own, with
// the functions' adapters on Google's libraries; Firestore, and Compute's lists, are two others, which count.
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { answerOf } from './answer-of.mjs';
import { bundled, bundledAsDeployed, importBundled } from './bundled.mjs';
import { timePairs } from './pairs.mjs';

const SIZE = { live: 10_000, ended: 100_000, on: 100, off: 1000 };
const VMS = SIZE.live + SIZE.on + SIZE.off;
const ROUNDS = 7;
/** Of the whole process: Node, the libraries, the sweep. */
const MEMORY_BYTES = 256 * 2 ** 20;
/**
 * Node sizes its heap by the machine: where there is much memory, it leaves garbage lying that it has no need to collect.
 * These are what it gives itself in the 512 MB of the functions (a quarter of it twice, and the smallest young space).
 */
const AS_IN_512_MB = ['--max-old-space-size=256', '--max-semi-space-size=1'];
/** Google's largest. */
const PAGE = 500;
const SCRIPTS = fileURLToPath(new URL('../../functions/dist/vm/run/', import.meta.url));
/** Every zone has its entry on every page; Google has so many. VMs are in the first four. */
const ZONES = Array.from({ length: 126 }, (_, index) => `us-region${(index / 3) | 0}-${'abc'[index % 3]}`);

const idOf = (index) => `20261121-100000-${index.toString(36).padStart(4, '0')}`;
/** Of the instance whose copies are stopped: a word that is nowhere else in its document. */
const OFF = 'resting1';
const nameOf = (index) => `box${index}`;
const zoneOf = (index) => ZONES[index % 4];

/**
 * @param {string} folder a temporary one
 * @returns the time's row, and one each for list calls against pages, documents read against live runs, and the peak of
 *   the sweeping process's memory
 */
export async function benchSweep(folder) {
  const children = [];
  const start = async (file, args, execArgv = []) => {
    const child = fork(file, args, { execArgv });
    children.push(child);
    const [first] = await answerOf(child);
    const ask = async (question) => {
      child.send(question);
      return (await answerOf(child))[0];
    };
    return { first, ask };
  };
  try {
    const { google, firestore, sweeper } = await startAll(folder, start);
    const checked = (what) => async () => checkReport(await sweeper.ask(what));
    const before = [await google.ask('counts'), await firestore.ask('counts')];
    await checked('sweep')();
    const after = [await google.ask('counts'), await firestore.ask('counts')];
    const counts = {
      lists: callsOf(after[0]) - callsOf(before[0]),
      documents: after[1].documents - before[1].documents,
    };
    const times = await timePairs({ sweep: checked('sweep') }, checked('reads'), ROUNDS);
    const { maxRssBytes } = await sweeper.ask('memory');
    const row = (name, value, unit, floor) => ({ name, value, unit, floor, ratio: Number((value / floor).toFixed(4)) });
    return [
      ...times,
      row('sweep-lists', counts.lists, 'calls', 2 * Math.ceil(VMS / PAGE)),
      row('sweep-documents', counts.documents, 'documents', SIZE.live + SIZE.on),
      row('sweep-memory', maxRssBytes, 'B', MEMORY_BYTES),
    ];
  } finally {
    for (const child of children) if (child.connected) child.disconnect();
  }
}

async function startAll(folder, start) {
  const token = randomBytes(32).toString('hex');
  const stateOf = (name) => {
    mkdirSync(join(folder, name), { recursive: true });
    return join(folder, name);
  };
  // A hundred thousand documents are more than Node takes by itself; their process is not the one that is measured.
  const firestore = await start(
    await bundled('firestore-process.ts', folder),
    [stateOf('sweep-firestore'), token],
    ['--max-old-space-size=8192'],
  );
  const google = await start(await bundled('google-process.ts', folder), [
    stateOf('sweep-google'),
    token,
    ZONES.join(','),
  ]);
  const here = { v: 1, pid: process.pid, deployment: 'mymlops', storage: '127.0.0.1:1', secrets: '127.0.0.1:1' };
  Object.assign(here, { firestore: firestore.first.address, ...google.first });
  const endpoints = { ...here, token };
  const file = join(folder, 'sweep-endpoints.json');
  const tokens = { request: token, event: token, sweep: token };
  writeFileSync(file, JSON.stringify({ ...here, tokens, identityKeys: {} }));
  const { nowMs } = await fill(folder, endpoints, firestore, google);
  const args = [file, SCRIPTS, String(nowMs), String(SIZE.live)];
  const sweeper = await start(await bundledAsDeployed('sweep-process.ts', folder), args, AS_IN_512_MB);
  return { google, firestore, sweeper };
}

/** Live runs come first in the order of ids: the stand-in, which has no index, finds their pages the faster. */
async function fill(folder, endpoints, firestore, google) {
  const { NAME, RUN, seedInstance, seedRun, writeSeed } = await importBundled('sweep-seed.ts', folder);
  const [seed, instance] = [await seedRun(SCRIPTS), await seedInstance()];
  const { zone } = seed.vm;
  const ended = idOf(SIZE.live + SIZE.ended);
  const numbers = (from, count) => Array.from({ length: count }, (_, index) => from + index);
  const live = numbers(0, SIZE.live);
  const [on, off] = [numbers(0, SIZE.on), numbers(SIZE.on, SIZE.off)];
  const instances = { off: OFF, holders: on.map(nameOf) };
  await writeSeed(endpoints, seed, { ended, holders: live.map(idOf), instance, instances });
  const running = { ...seed.vm, status: 'RUNNING' };
  const replacements = live.map((index) => ({ [RUN]: idOf(index), [zone]: zoneOf(index) }));
  await firestore.ask({ copy: `runs/${RUN}`, replacements });
  await google.ask({ ...running, replacements });
  const called = (name, list) => list.map((index) => ({ [name]: nameOf(index), [instance.vm.zone]: zoneOf(index) }));
  await firestore.ask({ copy: `instances/${NAME}`, replacements: called(NAME, on) });
  await google.ask({ ...instance.vm, status: 'RUNNING', replacements: called(NAME, on) });
  await firestore.ask({ copy: `instances/${OFF}`, replacements: called(OFF, off) });
  await google.ask({ ...instance.vm, status: 'TERMINATED', replacements: called(NAME, off) });
  await firestore.ask({
    copy: `runs/${ended}`,
    replacements: numbers(SIZE.live, SIZE.ended).map((index) => ({ [ended]: idOf(index), [zone]: zoneOf(index) })),
  });
  return { nowMs: Math.max(seed.nowMs, instance.nowMs) };
}

const callsOf = ({ instances, disks }) => instances + disks;

/** What was not looked after does not count. */
function checkReport({ vms, disks, live, ...lists }) {
  if (live === undefined) throw new Error(`the sweep ended early: ${lists.failures?.join(', ')}`);
  const found = vms === VMS && disks === VMS && live.run === SIZE.live && live.instance === SIZE.on;
  const news = ['advanced', 'reaped', 'orphans', 'freed', 'removed', 'deadLetters', 'failures'].flatMap(
    (list) => lists[list] ?? [],
  );
  if (!found || news.length > 0) {
    throw new Error(
      `not a steady minute: ${vms} VMs, ${disks} disks, ${live.run} runs, ${news.slice(0, 5).join(', ')}`,
    );
  }
}
