// `ps` with a long history, against a program of ten lines that reads the same page.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Firestore } from '@google-cloud/firestore';
import { timePairs } from './pairs.mjs';
import { ownerTokenBeside } from './owner-token.mjs';

const READ_PAGE = join(dirname(fileURLToPath(import.meta.url)), 'read-page.mjs');
const RUNS = 1000;
const PAGE = '50';
const ROUNDS = 21;
/** Firestore takes 10 MiB in a commit. */
const BATCH = 200;

/**
 * Fills the history with copies of its newest run, then times.
 * @param {(...args: string[]) => Promise<void>} mymlops runs the client
 * @param {(program: string, args: string[]) => Promise<void>} run runs any program
 * @param {string} home state folder of the local cloud, which runs and has a run that ended
 */
export async function benchPs(mymlops, run, home) {
  const endpoints = join(home, 'endpoints.json');
  await fillHistory(endpoints);
  const floor = () => run(process.execPath, [READ_PAGE, endpoints, PAGE]);
  return timePairs({ ps: () => mymlops('ps', '-n', PAGE) }, floor, ROUNDS);
}

async function fillHistory(endpoints) {
  const { firestore } = JSON.parse(readFileSync(endpoints, 'utf8'));
  const token = ownerTokenBeside(endpoints);
  const database = new Firestore({
    projectId: 'local',
    databaseId: 'mymlops-runs',
    host: firestore,
    ssl: false,
    customHeaders: { Authorization: `Bearer ${token}` },
    clientOptions: { universeDomain: 'googleapis.com' },
  });
  const runs = database.collection('runs');
  const [newest] = (await runs.orderBy('submittedAt', 'desc').limit(1).get()).docs;
  const copies = Array.from({ length: RUNS - 1 }, (_, number) => copyOf(newest.data(), number));
  for (let at = 0; at < copies.length; at += BATCH) {
    const batch = database.batch();
    for (const { run, document } of copies.slice(at, at + BATCH)) batch.set(runs.doc(run), document);
    await batch.commit();
  }
  await database.terminate();
}

/** The same run an hour earlier for each number. */
function copyOf(document, number) {
  const submittedAt = new Date(Date.parse(document.submittedAt) - (number + 1) * 3_600_000).toISOString();
  const digits = submittedAt.replace(/\D/g, '');
  return { run: `${digits.slice(0, 8)}-${digits.slice(8, 14)}-copy`, document: { ...document, submittedAt } };
}
