// A VM for tests: a folder, a fake Google, and the real agent.sh with the real bash, git and curl.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { base64, type Report, type RunMetadata } from '@mymlops/protocol';
import { startVmGoogle, type VmGoogle } from '../fakes/vm-google';
import { locate } from '../parts';
import { killSession } from './processes';
import { BUCKETS } from '../fakes/buckets';

/** The scripts as they are deployed: the build puts agent.sh together. */
export const SCRIPTS = resolve(__dirname, '../../functions/dist/vm');
export const RUN = '20260102-030405-abcd';
export const PREFIX = `runs/${RUN}/attempts/1/`;
/** Another bash to try the scripts with, such as a 3.2. */
const BASH = process.env['MYMLOPS_TEST_BASH'] ?? '/bin/bash';

export interface Vm {
  google: VmGoogle;
  home: string;
  folder: string;
  agent: ChildProcess;
  /** Exit code or signal of the agent. */
  exited: Promise<number | string>;
  /** The newest state that the agent reported. */
  state(): Report['state'];
  /** Resolves with the report that nothing follows. */
  ended(): Promise<void>;
  /** Sends the result, as the control plane does once it has read the outcome. */
  giveVerdict(): Promise<void>;
  result(name: string): string;
  /** Log or notebook in the live bucket. */
  soFar(name: string): string;
  /** Writes a file into HOME. */
  put(path: string, text: string): void;
  /** Runs shutdown.sh as the VM's power button would; how long it took in milliseconds. */
  shutDown(): Promise<number>;
  log(): string;
}

export interface VmOptions {
  files?: Record<string, string>;
  notebook?: string;
  command?: string;
  metadata?: Partial<RunMetadata>;
  outputUrl?: string;
  run?: string;
  attempt?: number;
  /** A folder with other scripts than those that are deployed. */
  scripts?: string;
  /** Scripts that stand before the system's programs of the same name. */
  tools?: Record<string, string>;
  /** The system's programs that the VM has; by default all of them. */
  programs?: string[];
  /** Every wait with a limit is a 500th of what it says, and SECONDS counts it in full. */
  hurried?: boolean;
  /** HOME is a file system of its own of this size. Only with `testIsolated`. */
  homeMegabytes?: number;
  /** So many files the agent, and what it starts, may have open at one time. */
  openFiles?: number;
  /** The VM sees and can end no process but its own. Only with `testIsolated`. */
  isolated?: boolean;
  /** Where root tests, the agent runs as someone whom permissions hold. */
  asUser?: boolean;
  prepare?(google: VmGoogle): void;
}

const vms: { vm: Vm; folder: string }[] = [];

/** Starts a VM whose project holds `files`. Torn down by destroyVms. */
export async function startVm(options: VmOptions = {}): Promise<Vm> {
  const folder = mkdtempSync(join(tmpdir(), 'mymlops-vm-'));
  const google = await startVmGoogle();
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
  // Other values must not be mistaken for ours.
  google.attributes.set('startup-script', 'echo "mymlops-run":"wrong" \'"mymlops-run": "wrong"\'');
  options.prepare?.(google);
  const home = join(folder, 'home');
  mkdirSync(home);
  const environment = vmEnvironment(folder, google, options);
  const scripts = options.scripts ?? SCRIPTS;
  const script = options.asUser ? handOver(folder, scripts) : join(scripts, 'agent.sh');
  const [program, ...args] = [...isolation(options), BASH, script];
  const agent = spawn(program, args, {
    cwd: home,
    env: environment,
    detached: true,
    stdio: 'ignore',
    ...(options.asUser && isRoot && { uid: NOBODY, gid: NOBODY }),
  });
  const reports = (): Report[] => google.reports.filter(({ writer }) => writer === 'agent');
  const vm: Vm = {
    google,
    home,
    folder,
    agent,
    exited: new Promise((done) => agent.once('exit', (code, signal) => done(code ?? signal ?? 'gone'))),
    state() {
      const newest = reports()
        .toSorted((a, b) => a.seq - b.seq)
        .at(-1);
      if (!newest) throw new Error('no report');
      return newest.state;
    },
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
    put(path, content) {
      mkdirSync(home, { recursive: true });
      writeFileSync(join(home, path), content);
    },
    async shutDown() {
      const startedMs = performance.now();
      const script = spawn(BASH, [join(scripts, 'shutdown.sh')], {
        cwd: home,
        env: environment,
        stdio: 'ignore',
      });
      await once(script, 'exit');
      return performance.now() - startedMs;
    },
    log() {
      const file = join(home, '.mymlops/private/agent.log');
      return existsSync(file) ? readFileSync(file, 'utf8') : '(no log)';
    },
  };
  vms.push({ vm, folder });
  return vm;
}

const isRoot = process.getuid?.() === 0;
const NOBODY = 65534;

/** What a VM's agent is started through. The first process of a namespace cannot be killed from inside: not ours. */
function isolation({ homeMegabytes, openFiles, isolated }: VmOptions): string[] {
  if (openFiles !== undefined) return [BASH, '-c', `ulimit -n ${openFiles} && exec "$@"`, 'limit'];
  if (isolated) return ['unshare', '-rpf', BASH, '-c', '"$@" & wait "$!"', 'init'];
  const mount = `mount -t tmpfs -o size=${homeMegabytes}m tmpfs "$HOME" && cd "$HOME" && exec "$@"`;
  return homeMegabytes === undefined ? [] : ['unshare', '-rm', BASH, '-c', mount, 'mount'];
}

/** Gives the VM's folders to the user who runs it, and a copy of the script. */
function handOver(folder: string, scripts: string): string {
  const script = join(folder, 'agent.sh');
  copyFileSync(join(scripts, 'agent.sh'), script);
  chmodSync(folder, 0o755);
  if (isRoot) chownSync(join(folder, 'home'), NOBODY, NOBODY);
  return script;
}

/** Powers every VM off, removes its folder, and returns what the scripts did against the protocol. */
export async function removeVms(): Promise<string[]> {
  const problems: string[] = [];
  for (const { vm, folder } of vms.splice(0)) {
    problems.push(...vm.google.problems);
    killSession(vm.agent.pid);
    await vm.exited;
    await vm.google.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
  }
  return problems;
}

/** The same, and fails for such problems. */
export async function destroyVms(): Promise<void> {
  expect(await removeVms()).toEqual([]);
}

/**
 * Work is not hurried, so the clock's process, which only waits, would be far ahead of it: it ends at once, and each process goes by
 * its own SECONDS.
 * The scripts wait with `read -t` alone. bash 3.2 knows no fractions there: a wait for nobody, into `_`, is a sleep, others
 * are cut to one second.
 */
const HURRY = `
read() {
  if [ "\${2-}" != -t ]; then
    builtin read "$@"
    return
  fi
  if [ "\${who-}" = clock ]; then exit 0; fi
  local hurried_wait
  printf -v hurried_wait '%d.%03d' "$(($3 / 500))" "$(($3 * 2 % 1000))"
  if [ "\${BASH_VERSINFO[0]}" -gt 3 ]; then
    if builtin read "$1" -t "$hurried_wait" "$4"; then return 0; fi
  elif [ "$4" = _ ]; then
    sleep "$hurried_wait"
  elif builtin read "$1" -t 1 "$4"; then
    return 0
  fi
  SECONDS=$((SECONDS + $3))
  return 1
}
`;

/** Only what a fresh VM has: nothing of the shell that runs the tests but PATH. */
function vmEnvironment(folder: string, google: VmGoogle, options: VmOptions): NodeJS.ProcessEnv {
  const tools = join(folder, 'tools');
  mkdirSync(tools);
  for (const [name, script] of Object.entries(options.tools ?? {})) {
    writeFileSync(join(tools, name), `#!/bin/bash\nPATH=\${PATH#*:}\n${script}\nexec ${name} "$@"\n`, { mode: 0o755 });
  }
  const programs = options.programs && linkPrograms(join(folder, 'bin'), options.programs);
  const hurry = join(folder, 'hurry.sh');
  writeFileSync(hurry, HURRY);
  return {
    HOME: join(folder, 'home'),
    PATH: `${tools}:${programs ?? process.env['PATH']}`,
    ...(options.hurried && { BASH_ENV: hurry }),
    TMPDIR: folder,
    LANG: 'C.UTF-8',
    GCE_METADATA_HOST: google.host,
    MYMLOPS_VM: '4711',
  };
}

/** A folder with nothing but these programs of the system. */
function linkPrograms(folder: string, programs: string[]): string {
  mkdirSync(folder);
  for (const program of programs) symlinkSync(locate(program) ?? program, join(folder, program));
  return folder;
}

function metadataOf(
  google: VmGoogle,
  options: VmOptions & { notebook: string; run: string; attempt: number },
  commit: string,
): Partial<RunMetadata> {
  return {
    'mymlops-project': 'local',
    'mymlops-deployment': 'mymlops',
    'mymlops-run': options.run,
    'mymlops-attempt': String(options.attempt),
    'mymlops-results-bucket': BUCKETS.results,
    'mymlops-live-bucket': BUCKETS.live,
    'mymlops-events-topic': 'mymlops-events',
    'mymlops-storage-url': google.url,
    'mymlops-pubsub-url': google.url,
    'mymlops-secrets-url': google.url,
    'mymlops-source-object': 'sources/tree.bundle',
    'mymlops-source-commit': commit,
    'mymlops-notebook-64': base64(options.notebook),
    'mymlops-command-64': base64(options.command ?? 'echo ran'),
    'mymlops-params-64': base64('{"lr":0.1}'),
    'mymlops-max-run-seconds': options.hurried ? '20000' : '60',
    'mymlops-setup-seconds': '60',
    'mymlops-keep-seconds': '0',
    'mymlops-artifacts': 'true',
    'mymlops-heartbeat-seconds': options.hurried ? '1000' : '5',
    'mymlops-progress-seconds': options.hurried ? '500' : '1',
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
