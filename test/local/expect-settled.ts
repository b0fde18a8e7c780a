// What holds after every story: nothing is left that costs or runs, and what a run has made is whole.
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { outcome, parseJson, type Outcome, type RunDocument } from '@mymlops/protocol';
import { expectOk, processesWith, until, type Desk } from './desk';
import { disksOf, vmsOf } from './vms';
import { bucketsIn } from '../deploy/local/buckets-in';

type Run = RunDocument & { run: string };

/**
 * Resolves when no run is live and `doctor` says clean, then looks for itself: no VM, disk, folder and process is left, every run is settled,
 * its objects are those of its manifest to the byte, and its folder in the output repository holds the same.
 */
export async function expectSettled(desk: Desk): Promise<void> {
  const runs = await until(
    'no run is live',
    async () => {
      if ((await vmsOf(desk)).length > 0) return undefined; // saves a process of the client for each look
      const found = JSON.parse(expectOk(await desk.client('ps', '--all', '--json')).stdout) as Run[];
      return found.some(({ live }) => live) ? undefined : found;
    },
    120,
  );
  const said = await until(
    'doctor says clean',
    async () => {
      const { code, stdout } = await desk.client('doctor');
      return code === 0 ? stdout : undefined;
    },
    60,
  );
  expect(said).toMatch(/^0 VMs and 0 disks, all of them needed\n[^]*\nno problems found\n$/);
  expect(await vmsOf(desk)).toEqual([]);
  expect(await disksOf(desk)).toEqual([]);
  expect(processesOfVms(desk)).toEqual([]);
  expect(readdirSync(join(desk.home, 'compute/vms'))).toEqual([]);
  const folders = foldersOf(desk);
  for (const run of runs) await expectWhole(desk, run, folders);
  // Folders of runs that were removed stay; none has more than one attempt's results.
  const published = runs.filter(({ publication }) => publication?.state === 'done').map(({ run }) => run);
  expect([...folders.keys()]).toEqual(expect.arrayContaining(published));
}

/** By what every process of a VM carries, and by its working folder, for one that was started with an empty environment. */
function processesOfVms(desk: Desk): number[] {
  const folder = join(desk.home, 'compute/vms');
  const inFolder = readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`).startsWith(folder);
    } catch {
      return false; // gone, or another user's
    }
  });
  return [...desk.vmProcesses(), ...processesWith('MYMLOPS_VM=', `HOME=${desk.home}`), ...inFolder.map(Number)];
}

async function expectWhole(desk: Desk, run: Run, folders: Map<string, Map<string, string>>): Promise<void> {
  expect({ run: run.run, live: run.live, isCleaned: run.cleanedAt !== undefined || !run.request }).toEqual({
    run: run.run,
    live: false,
    isCleaned: true,
  });
  expect(['succeeded', 'failed', 'cancelled']).toContain(run.status);
  const attempt = run.end?.attempt;
  const found = attempt === undefined ? undefined : await outcomeOf(desk, run.run, attempt);
  // Whatever succeeded, or has facts of its notebook, earned them with an outcome; only then is it published.
  if (run.status === 'succeeded' || run.results) expect(found).toBeDefined();
  if (run.publication?.state === 'done') expect(found).toBeDefined();
  if (!found || attempt === undefined) return;
  // What is named as missing may have been saved while the command ran, and is as it was then.
  const missing = new Set(found.missing.map(({ path }) => path));
  const all = await resultsOf(desk, run.run, attempt);
  const contents = new Map([...all].filter(([path]) => !missing.has(path)));
  const listed = found.manifest.map(({ path, ...facts }) => [path, facts] as const);
  const there = [...contents].map(([path, { bytes, generation }]) => {
    return [path, { size: bytes.length, sha256: sha256Of(bytes), generation }] as const;
  });
  expect(listed).toHaveLength(there.length);
  expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(there));
  if (run.status === 'succeeded') expect(found.missing).toEqual([]);
  if (run.publication?.state === 'done') expectPublished(run, contents, folders.get(run.run));
}

interface Content {
  bytes: Buffer;
  generation: string;
}

/** The folder's files, by git's own hash, are the results; artifacts only if the commit says so. */
function expectPublished(run: Run, contents: Map<string, Content>, folder = new Map<string, string>()): void {
  // Nor is what git refuses, and would take for a repository.
  const isMeant = (path: string): boolean =>
    (run.request?.artifacts || !path.startsWith('artifacts/')) && !path.split('/').includes('.git');
  const meant = [...contents].filter(([path]) => isMeant(path));
  const { 'metadata.json': metadata, ...rest } = Object.fromEntries(folder);
  expect(metadata).toBeDefined();
  expect(rest).toEqual(Object.fromEntries(meant.map(([path, { bytes }]) => [path, blobIdOf(bytes)])));
}

const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const blobIdOf = (bytes: Buffer): string =>
  createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');

/** Folders of the output repository's branch, each with the blobs of its files. */
function foldersOf(desk: Desk): Map<string, Map<string, string>> {
  const folders = new Map<string, Map<string, string>>();
  for (const entry of listTree(desk.output).split('\0').filter(Boolean)) {
    const [, blob = '', run = '', path = ''] = /^\d+ blob (\w+)\t([^/]+)\/([^]+)$/.exec(entry) ?? [];
    folders.set(run, (folders.get(run) ?? new Map<string, string>()).set(path, blob));
  }
  return folders;
}

/** Empty before the first push, and without a repository. */
function listTree(repository: string): string {
  const git = (...args: string[]): string => execFileSync('git', ['-C', repository, ...args], { encoding: 'utf8' });
  return !existsSync(repository) || git('for-each-ref', 'refs/heads/main') === ''
    ? ''
    : git('ls-tree', '-r', '-z', 'main');
}

async function storage(desk: Desk, path: string): Promise<Response> {
  const { storage: address, token } = desk.endpoints();
  return fetch(`http://${address}/storage/v1/b/${bucketsIn(desk.home).results}/o${path}`, {
    headers: { authorization: `Bearer ${token}` },
  });
}

async function outcomeOf(desk: Desk, run: string, attempt: number): Promise<Outcome | undefined> {
  const object = encodeURIComponent(`runs/${run}/attempts/${attempt}/outcome.json`);
  const response = await storage(desk, `/${object}?alt=media`);
  if (response.status === 404) return undefined;
  const parsed = parseJson(outcome, await response.text());
  return parsed.ok ? parsed.value : undefined; // the void one of an attempt that was given up
}

async function resultsOf(desk: Desk, run: string, attempt: number): Promise<Map<string, Content>> {
  const prefix = `runs/${run}/attempts/${attempt}/results/`;
  const objects: { name: string; generation: string }[] = [];
  const query = `?prefix=${encodeURIComponent(prefix)}`;
  for (let page: string | undefined = query; page !== undefined;) {
    const listed = (await (await storage(desk, page)).json()) as { items?: typeof objects; nextPageToken?: string };
    objects.push(...(listed.items ?? []));
    page = listed.nextPageToken && `${query}&pageToken=${encodeURIComponent(listed.nextPageToken)}`;
  }
  const contents = new Map<string, Content>();
  for (const { name, generation } of objects) {
    const read = await storage(desk, `/${encodeURIComponent(name)}?alt=media`);
    contents.set(name.slice(prefix.length), { bytes: Buffer.from(await read.arrayBuffer()), generation });
  }
  return contents;
}
