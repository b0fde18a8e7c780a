// A VM of any kind for tests: a folder, a fake Google, and the real scripts with the real bash, git and curl.
import { spawn, type ChildProcess } from 'node:child_process';
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
import { join, resolve } from 'node:path';
import type { VmMetadata } from '@mymlops/protocol';
import { startVmGoogle, type VmGoogle, type VmProtocol } from '../fakes/vm-google';
import { BUCKETS } from '../fakes/buckets';
import { locate } from '../parts';
import { killSession } from './processes';

/** The scripts of a kind as they are deployed: the build puts them together. */
export const deployedScripts = (kind: 'run' | 'image' | 'instance'): string =>
  resolve(__dirname, '../../functions/dist/vm', kind);

/** Another bash to try the scripts with, such as a 3.2. */
const BASH = process.env['MYMLOPS_TEST_BASH'] ?? '/bin/bash';

/** A VM whose reports are of the type R. */
export interface LocalVm<R> {
  google: VmGoogle<R>;
  home: string;
  folder: string;
  agent: ChildProcess;
  /** Exit code or signal of the agent. */
  exited: Promise<number | string>;
  /** The newest report of the agent. Throws without one. */
  newest(): R;
  /** Writes a file into HOME. */
  put(path: string, text: string): void;
  /** Runs shutdown.sh as the VM's power button would; how long it took in milliseconds. */
  shutDown(): Promise<number>;
  log(): string;
}

/** How the processes of a VM are run. */
export interface ProcessOptions {
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
}

/** What a VM is before its agent runs. */
export interface Prepared<R> {
  folder: string;
  google: VmGoogle<R>;
}

const vms: { vm: LocalVm<unknown>; folder: string }[] = [];

/** The folder of a new VM, and its Google. */
export async function prepareVm<R>(protocol: VmProtocol<R>): Promise<Prepared<R>> {
  return { folder: mkdtempSync(join(tmpdir(), 'mymlops-vm-')), google: await startVmGoogle(protocol) };
}

interface Said {
  writer: string;
  seq: number;
}

/** Starts the agent. `scripts` is the folder of both scripts. Torn down by destroyVms. */
export function launchVm<R extends Said>(
  { folder, google }: Prepared<R>,
  options: ProcessOptions & { scripts: string },
): LocalVm<R> {
  // Other values must not be mistaken for ours.
  google.attributes.set('startup-script', 'echo "mymlops-run":"wrong" \'"mymlops-run": "wrong"\'');
  const home = join(folder, 'home');
  mkdirSync(home, { recursive: true }); // that of an earlier boot, too
  const environment = vmEnvironment(folder, google, options);
  const { scripts } = options;
  const script = options.asUser ? handOver(folder, scripts) : join(scripts, 'agent.sh');
  const [program, ...args] = [...isolation(options), BASH, script];
  const agent = spawn(program, args, {
    cwd: home,
    env: environment,
    detached: true,
    stdio: 'ignore',
    ...(options.asUser && isRoot && { uid: NOBODY, gid: NOBODY }),
  });
  const vm: LocalVm<R> = {
    google,
    home,
    folder,
    agent,
    exited: new Promise((done) => agent.once('exit', (code, signal) => done(code ?? signal ?? 'gone'))),
    newest() {
      const newest = google.reports
        .filter(({ writer }) => writer === 'agent')
        .toSorted((a, b) => a.seq - b.seq)
        .at(-1);
      if (!newest) throw new Error('no report');
      return newest;
    },
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

/** Metadata that the VM of any kind has. */
export function vmMetadata<R>(google: VmGoogle<R>, { hurried = false }: ProcessOptions): Partial<VmMetadata> {
  return {
    'mymlops-project': 'local',
    'mymlops-deployment': 'mymlops',
    'mymlops-results-bucket': BUCKETS.results,
    'mymlops-live-bucket': BUCKETS.live,
    'mymlops-events-topic': 'mymlops-events',
    'mymlops-storage-url': google.url,
    'mymlops-pubsub-url': google.url,
    'mymlops-secrets-url': google.url,
    'mymlops-heartbeat-seconds': hurried ? '1000' : '5',
    'mymlops-progress-seconds': hurried ? '500' : '1',
  };
}

const isRoot = process.getuid?.() === 0;
const NOBODY = 65534;

/** What a VM's agent is started through. The first process of a namespace cannot be killed from inside: not ours. */
function isolation({ homeMegabytes, openFiles, isolated }: ProcessOptions): string[] {
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
  const all = vms.splice(0);
  // Two may have one folder: the boots of one VM.
  for (const { vm } of all) {
    killSession(vm.agent.pid);
    await vm.exited;
  }
  for (const { vm, folder } of all) {
    problems.push(...vm.google.problems);
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
function vmEnvironment<R>(folder: string, google: VmGoogle<R>, options: ProcessOptions): NodeJS.ProcessEnv {
  const tools = join(folder, 'tools');
  mkdirSync(tools, { recursive: true });
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
