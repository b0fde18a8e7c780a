// A run's VM for tests: a project, a fake Google, and the real agent.sh with the real bash, git and curl.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { base64, type Report, type RunMetadata } from '@mymlops/protocol';
import { RUN_PROTOCOL, type VmGoogle } from '../fakes/vm-google';
import { deployedScripts, launchVm, prepareVm, vmMetadata, type LocalVm, type ProcessOptions } from './local-vm';

export { destroyVms, removeVms } from './local-vm';

export const SCRIPTS = deployedScripts('run');
export const RUN = '20260102-030405-abcd';
export const PREFIX = `runs/${RUN}/attempts/1/`;

export interface Vm extends LocalVm<Report> {
  /** The newest state that the agent reported. */
  state(): Report['state'];
  /** Resolves with the report that nothing follows. */
  ended(): Promise<void>;
  /** Sends the result, as the control plane does once it has read the outcome. */
  giveVerdict(): Promise<void>;
  result(name: string): string;
  /** Log or notebook in the live bucket. */
  soFar(name: string): string;
}

export interface VmOptions extends ProcessOptions {
  files?: Record<string, string>;
  notebook?: string;
  command?: string;
  metadata?: Partial<RunMetadata>;
  outputUrl?: string;
  run?: string;
  attempt?: number;
  prepare?(google: VmGoogle): void;
}

/** Starts a VM whose project holds `files`. Torn down by destroyVms. */
export async function startVm(options: VmOptions = {}): Promise<Vm> {
  const prepared = await prepareVm(RUN_PROTOCOL);
  const { folder, google } = prepared;
  const notebook = options.notebook ?? 'notebooks/train.ipynb';
  const source = makeBundle(folder, { [notebook]: '{"cells": []}', ...options.files });
  google.put('sources/tree.bundle', source.bundle);
  const attempt = options.attempt ?? 1;
  const run = options.run ?? RUN;
  const prefix = `runs/${run}/attempts/${attempt}/`;
  for (const [key, value] of Object.entries(
    metadataOf(google, { ...options, notebook, run, attempt }, source.commit),
  )) {
    google.attributes.set(key, value);
  }
  options.prepare?.(google);
  const vm = launchVm(prepared, { scripts: SCRIPTS, ...options });
  const reports = (): Report[] => google.reports.filter(({ writer }) => writer === 'agent');
  return {
    ...vm,
    state: () => vm.newest().state,
    ended: () =>
      google.until(
        () => `the last report\n${vm.log()}`,
        () => {
          const newest = reports().at(-1)?.state;
          return Boolean(newest?.outcome && (!options.outputUrl || newest.publication));
        },
      ),
    async giveVerdict() {
      await google.until('outcome', () => reports().some(({ state }) => state.outcome));
      google.put(
        `${prefix}publish/metadata.json`,
        JSON.stringify({ attempt, commit: run, notes: '"attempt": 9' }, null, 4),
      );
      google.put(`${prefix}publish/message.txt`, `commit ${run}: ${notebook} [succeeded] nötes\n`);
      google.setAttribute('mymlops-control', 'result=succeeded\n');
    },
    result: (name) => google.text(`${prefix}results/${name}`),
    soFar: (name) => google.text(`${prefix}progress/${name}`),
  };
}

function metadataOf(
  google: VmGoogle,
  options: VmOptions & { notebook: string; run: string; attempt: number },
  commit: string,
): Partial<RunMetadata> {
  return {
    ...vmMetadata(google, options),
    'mymlops-run': options.run,
    'mymlops-attempt': String(options.attempt),
    'mymlops-source-object': 'sources/tree.bundle',
    'mymlops-source-commit': commit,
    'mymlops-notebook-64': base64(options.notebook),
    'mymlops-command-64': base64(options.command ?? 'echo ran'),
    'mymlops-params-64': base64('{"lr":0.1}'),
    'mymlops-max-run-seconds': options.hurried ? '20000' : '60',
    'mymlops-setup-seconds': '60',
    'mymlops-keep-seconds': '0',
    'mymlops-artifacts': 'true',
    ...(options.outputUrl !== undefined && {
      'mymlops-output-url-64': base64(options.outputUrl),
      'mymlops-output-branch-64': base64('main'),
      'mymlops-author-name-64': base64('Zoë "Q" Müller'),
      'mymlops-author-email-64': base64('zoe@example.com'),
    }),
    ...options.metadata,
  };
}

/** git without the configuration of this computer. */
export function git(cwd: string, ...args: string[]): string {
  const env = {
    PATH: process.env['PATH'],
    HOME: cwd,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'T',
    GIT_AUTHOR_EMAIL: 't@example.com',
    GIT_COMMITTER_NAME: 'T',
    GIT_COMMITTER_EMAIL: 't@example.com',
  };
  const settings = ['core.quotePath=false', 'init.defaultBranch=main', 'safe.bareRepository=all'];
  return execFileSync('git', [...settings.flatMap((setting) => ['-c', setting]), ...args], {
    cwd,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trimEnd();
}

/** A snapshot as the client makes it: one commit without a parent, under a ref of ours. */
function makeBundle(folder: string, files: Record<string, string>): { bundle: Buffer; commit: string } {
  const project = join(folder, 'project');
  mkdirSync(project);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(project, name)), { recursive: true });
    writeFileSync(join(project, name), content, { mode: content.startsWith('#!') ? 0o755 : 0o644 });
  }
  git(project, 'init', '-q');
  writeFileSync(join(project, '.git/info/attributes'), '* -text -ident !working-tree-encoding\n');
  git(project, 'add', '-A', '-f');
  const commit = git(project, 'commit-tree', git(project, 'write-tree'), '-m', 'snapshot');
  git(project, 'update-ref', 'refs/mymlops/snapshot', commit);
  git(project, 'bundle', 'create', '-q', join(folder, 'source.bundle'), 'refs/mymlops/snapshot');
  return { bundle: readFileSync(join(folder, 'source.bundle')), commit };
}
