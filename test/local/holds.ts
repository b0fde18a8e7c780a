// Runs that wait where a story meets them: one in each phase, and amid uploading and pushing.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { locate } from '../parts';
import { expectOk, newDesk, until, type Desk } from './desk';

export const MOMENTS = ['boot', 'source', 'setup', 'execute', 'upload', 'push'] as const;
export type Moment = (typeof MOMENTS)[number];

export interface HoldingDesk {
  desk: Desk;
  /** Commits a run for each moment; resolves to their ids when each waits in its own. A second attempt is not held. */
  hold<M extends Moment>(moments: readonly M[]): Promise<Record<M, string>>;
  /** All that waits goes on. */
  letGo(): void;
  close(): Promise<void>;
}

// The first one to come here waits, where that is wished; who comes later passes.
const HOLD = `#!/bin/sh
rmdir "$1.wished" 2>/dev/null || exit 0
mkdir "$1"
until [ -e "$1/go" ]; do sleep 0.05; done
`;

/** A desk whose project and whose VMs' programs hold runs. */
export async function newHoldingDesk(): Promise<HoldingDesk> {
  const folder = mkdtempSync(join(tmpdir(), 'mymlops-holds-'));
  const place = (moment: Moment): string => join(folder, 'held', moment);
  const script = join(folder, 'hold');
  const wait = (moment: Moment): string => `${script} ${place(moment)}`;
  writeFileSync(script, HOLD, { mode: 0o755 });
  const bin = join(folder, 'bin');
  writePrograms(bin, wait);
  const config = projectWith(wait);
  const desk = await newDesk({ path: `${bin}:${process.env['PATH'] ?? ''}`, config, sweepSeconds: 2 });
  holdPush(desk.output, wait('push'));
  const commit = async (moments: readonly Moment[]): Promise<string[]> => {
    const notebooks = moments.map((moment) => desk.notebook(`${moment}.ipynb`, cellsOf(moment, wait(moment))));
    const { stdout } = expectOk(await desk.client('commit', '--detach', ...notebooks));
    const runs = stdout.trim().split('\n');
    const isHeld = (moment: Moment) => until(`${moment} waits`, () => existsSync(place(moment)) || undefined, 150);
    await Promise.all(moments.map(isHeld));
    return runs;
  };
  return {
    desk,
    async hold(moments) {
      rmSync(join(folder, 'held'), { recursive: true, force: true });
      for (const moment of moments) mkdirSync(`${place(moment)}.wished`, { recursive: true });
      const isFirst = (moment: Moment): boolean => moment === 'source';
      const held: Partial<Record<Moment, string>> = {};
      // Nothing tells whose snapshot git unpacks: the first one is held.
      for (const group of [moments.filter(isFirst), moments.filter((moment) => !isFirst(moment))]) {
        const runs = group.length > 0 ? await commit(group) : [];
        group.forEach((moment, index) => (held[moment] = runs[index]));
      }
      return held as Record<Moment, string>;
    },
    letGo() {
      for (const moment of MOMENTS) if (existsSync(place(moment))) writeFileSync(join(place(moment), 'go'), '');
    },
    async close() {
      await desk.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

type Wait = (moment: Moment) => string;

function projectWith(wait: Wait): string {
  const only = (moment: Moment): string => `case $$MYMLOPS_NOTEBOOK in *${moment}.ipynb) ${wait(moment)} ;; esac`;
  return `project: local
commit:
  command: ./run.sh
  ready_command: '${only('boot')}'
  setup: '${only('setup')}'
  output_repository: {url: $MYMLOPS_HOME/repositories/out.git, branch: main}
`;
}

function cellsOf(moment: Moment, wait: string): string[] {
  if (moment === 'execute') return ['x = 1', `import os\nassert os.system("${wait}") == 0`];
  // More than one portion of uploads: the first is in the bucket when the run is held.
  if (moment === 'upload') return ['for n in range(120): open(f"artifacts/{n}", "w").write(str(n))'];
  return ['x = 1'];
}

/** git and curl as the agent calls them: git unpacks the snapshot; curl sends the portion with the last result, the log. */
function writePrograms(bin: string, wait: Wait): void {
  const real = (program: string): string => locate(program) ?? program;
  mkdirSync(bin);
  const write = (name: string, text: string): void =>
    writeFileSync(join(bin, name), `#!/bin/bash\n${text}`, { mode: 0o755 });
  write('git', `case "$*" in *"bundle unbundle"*) ${wait('source')} ;; esac\nexec ${real('git')} "$@"\n`);
  write(
    'curl',
    `case "$*" in *"-K -") ;; *) exec ${real('curl')} "$@" ;; esac
config=$(cat)
case $config in
  *results/*.ipynb*) ;;
  *results/log.txt*) ${wait('upload')} ;;
esac
exec ${real('curl')} "$@" <<<"$config"
`,
  );
}

/** The repository has all objects and asks its hook: amid a push. */
function holdPush(repository: string, wait: string): void {
  execFileSync('git', ['init', '-q', '--bare', '-b', 'main', repository]);
  const hook = `#!/bin/sh
while read -r _ new _; do
  case "$(git show -s --format=%s "$new")" in *push.ipynb*) ${wait} ;; esac
done
`;
  const hooks = join(repository, 'hooks');
  mkdirSync(hooks, { recursive: true });
  writeFileSync(join(hooks, 'pre-receive'), hook, { mode: 0o755 });
}
