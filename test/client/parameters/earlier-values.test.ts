// The cell that a run leaves in its notebook, committed again.
import { planCommit } from '../../../client/src/runs/commit/plan';
import { testContext } from '../context';
import { useTempFolders, writeFiles } from '../temp-folder';

const tempFolder = useTempFolders();

interface Cell {
  source: string;
  tags?: string[];
  type?: string;
}

const parameters: Cell = { source: 'lr = 0.1', tags: ['parameters'] };
const injected = (source: string, type = 'code'): Cell => ({ source, type, tags: ['injected-parameters'] });
const LINE =
  'n.ipynb has a cell with the parameters of an earlier run (tagged injected-parameters), which will be executed:';

/** The warnings of `commit` on a notebook with these cells. */
function warnings(cells: Cell[], param: string[] = [], command = 'papermill -f "$MYMLOPS_PARAMS" "$1" "$1"'): string[] {
  const folder = tempFolder();
  const content = {
    nbformat: 4,
    nbformat_minor: 4,
    metadata: {},
    cells: [...cells, { source: 'print(1)' }].map(({ source, tags = [], type = 'code' }: Cell) => ({
      cell_type: type,
      source,
      metadata: { tags },
      ...(type === 'code' && { outputs: [], execution_count: null }),
    })),
  };
  writeFiles(folder, {
    'mymlops.yml': 'project: local\ncommit:\n  command: ./own.sh\n',
    'own.sh': command,
    'n.ipynb': JSON.stringify(content),
  });
  return planCommit(testContext({ cwd: folder }), ['n.ipynb'], { param }).warnings;
}

test("an earlier run's values were used, and nothing said so", () => {
  expect(warnings([parameters, injected('# Parameters\nlr = 0.5\n')])).toEqual([
    `${LINE} lr = 0.5. Delete it, or give the values with -p.`,
  ]);
  expect(warnings([injected('# Parameters\nlr = 0.5\nepochs = 3\n')])).toEqual([
    `${LINE} lr = 0.5, epochs = 3. Delete it, or give the values with -p.`,
  ]);
});

test('values that are given take the place of that cell: there is nothing to say', () => {
  expect(warnings([parameters, injected('lr = 0.5')], ['lr=1'])).toEqual([]);
});

test('of several such cells the values that are given replace the first', () => {
  const cells = [parameters, injected('lr = 0.5'), injected('lr = 0.7')];
  expect(warnings(cells, ['lr=1'])).toEqual([`${LINE} lr = 0.7. Delete it.`]);
});

test.each([
  ['reads the values itself', 'cp "$MYMLOPS_PARAMS" p.json; ./execute "$1"'],
  ['does nothing with them', 'jupyter nbconvert --execute "$1"'],
])('a command that %s leaves the cell, also where values are given', (_what, command) => {
  const cells = [parameters, injected('lr = 0.5')];
  expect(warnings(cells, ['lr=1'], command)).toContain(`${LINE} lr = 0.5. Delete it.`);
  expect(warnings(cells, [], command)).toEqual([`${LINE} lr = 0.5. Delete it.`]);
});

test.each([
  ['no such cell', [parameters]],
  ['one that holds text', [injected('lr = 0.5', 'markdown')]],
  ['one that assigns nothing', [injected('# Parameters\n')]],
  ['the word alone', [{ source: 'print("injected-parameters")' }]],
])('no warning about %s', (_what, cells) => {
  expect(warnings(cells)).toEqual([]);
});

test('the line stays one line of bounded length, whatever is in the cell', () => {
  const [line = ''] = warnings([injected(`a = "\u001b[2J"\nb = [${'1, '.repeat(1000)}]`)]);
  expect(line).not.toContain('\u001b');
  expect(line.length).toBeLessThan(260);
  expect(line).toMatch(/\.\.\.\. Delete it, or give the values with -p\.$/);
});
