// As many results as a notebook can be expected to leave: all of them reach the bucket and the output repository.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PREFIX, RUN, destroyVms, git, startVm } from '../start-vm';

const COUNT = 20_000;
/** The VM's own time is what runs out first. */
const PATIENCE_MS = 900_000;

const folder = mkdtempSync(join(tmpdir(), 'mymlops-output-'));
afterAll(async () => {
  await destroyVms();
  rmSync(folder, { recursive: true, force: true });
});

test(
  'twenty thousand artifacts arrive, each once, in the bucket and in the output repository',
  async () => {
    const output = join(folder, 'out.git');
    git(folder, 'init', '-q', '--bare', output);
    const vm = await startVm({
      outputUrl: output,
      command: `for i in {1..${COUNT}}; do echo $i > notebooks/artifacts/$i; done; true`,
    });
    const { google } = vm;
    await google.until('an outcome', () => google.objects.has(`${PREFIX}outcome.json`), PATIENCE_MS);
    await vm.giveVerdict();
    await google.until('a publication', () => vm.state().publication !== undefined, PATIENCE_MS);
    const { manifest, missing } = google.outcomeOf(PREFIX);
    expect(missing).toEqual([]);
    expect(new Set(manifest.map(({ path }) => path)).size).toBe(COUNT + 3);
    expect(vm.result(`artifacts/${COUNT}`)).toBe(`${COUNT}\n`);
    expect(vm.state().publication).toEqual({ commit: git(output, 'rev-parse', 'main') });
    expect(git(output, 'ls-tree', '-r', '--name-only', `main:${RUN}/artifacts`).split('\n')).toHaveLength(COUNT);
  },
  2 * PATIENCE_MS,
);
