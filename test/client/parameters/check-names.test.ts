import { join } from 'node:path';
import { checkNames } from '../../../client/src/parameters/check-names';
import { commandUse } from '../../../client/src/parameters/command-use';
import { readNotebook } from '../../../client/src/notebook/notebook';
import { useTempFolders, writeFiles } from '../temp-folder';

const tempFolder = useTempFolders();

interface Cell {
  source: string;
  tags?: string[];
  type?: string;
}

const tagged = (source: string, type = 'code'): Cell => ({ source, tags: ['parameters'], type });

function check(
  cells: Cell[],
  names: string[],
  use = 'injects' as ReturnType<typeof commandUse>,
  metadata = {},
): string[] {
  const folder = tempFolder();
  const content = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata,
    cells: [...cells, { source: 'print(1)' }].map(({ source, tags = [], type = 'code' }: Cell) => ({
      cell_type: type,
      source,
      metadata: { tags },
      ...(type === 'code' && { outputs: [], execution_count: null }),
    })),
  };
  writeFiles(folder, { 'train.ipynb': JSON.stringify(content) });
  return checkNames(readNotebook(join(folder, 'train.ipynb'), folder), names, use);
}

const refused = (message: string) =>
  expect.objectContaining({ message: expect.stringContaining(message), exitCode: 2 });

test('a mistyped parameter was accepted, and recorded as if it had been used', () => {
  expect(() => check([tagged('lr = 0.1\nn = 3')], ['learning_rate'])).toThrow(
    refused('train.ipynb has no parameter learning_rate. It has: lr, n.'),
  );
  expect(() => check([tagged('lr = 0.1\nepochs = 3')], ['lr', 'epoch', 'zzz'])).toThrow(
    refused('train.ipynb has no parameters epoch, zzz. It has: lr, epochs. Did you mean epochs?'),
  );
});

test('what the cell assigns is taken, and an import or a loop variable too', () => {
  expect(check([tagged('lr = 0.1\nfrom defaults import n')], ['lr', 'n'])).toEqual([]);
});

test.each<[string, Cell[], string, object]>([
  [
    'a cell that may assign anything',
    [tagged('lr = 0.1\nexec(x)')],
    'its cell tagged "parameters" may assign more names',
    {},
  ],
  ['an empty cell', [tagged('# set by -p')], 'its cell tagged "parameters" assigns nothing', {}],
  ['a cell of text', [tagged('Parameters', 'markdown')], 'its cell tagged "parameters" assigns nothing', {}],
  ['another language', [tagged('val lr = 1')], 'cells in scala', { kernelspec: { name: 'x', language: 'scala' } }],
  [
    'a notebook that reads the file',
    [tagged('lr = 1'), { source: 'MYMLOPS_PARAMS' }],
    'it reads MYMLOPS_PARAMS itself',
    {},
  ],
])('not refused but said: %s', (_name, cells, why, metadata) => {
  expect(check(cells, ['n'], 'injects', metadata)).toEqual([
    expect.stringMatching(/^train\.ipynb may not have the parameter n: /),
  ]);
  expect(check(cells, ['n'], 'injects', metadata)[0]).toContain(why);
});

test.each([
  ['R by its language', { kernelspec: { name: 'ir', language: 'R' } }, 'lr <- 0.1'],
  ['R by its kernel', { kernelspec: { name: 'ir' } }, 'lr <- 0.1'],
  ['Julia by its kernel', { kernelspec: { name: 'julia-1.10' } }, 'lr::Float64 = 0.1'],
  ['Python where nothing is named', {}, 'lr: float = 0.1'],
])('%s is read', (_name, metadata, source) => {
  expect(check([tagged(source)], ['lr'], 'injects', metadata)).toEqual([]);
  expect(() => check([tagged(source)], ['rl'], 'injects', metadata)).toThrow('It has: lr.');
});

test("R has no name with an underscore first: papermill's `_lr` is lr there", () => {
  expect(check([tagged('lr <- 1')], ['_lr'], 'injects', { kernelspec: { name: 'ir' } })).toEqual([]);
});

test('without a tagged cell the parameters come first, and the notebook may set them again: a line warns of it', () => {
  expect(check([], ['lr'])).toEqual([
    'train.ipynb has no cell tagged "parameters": the parameter lr will be set before its first cell, and later assignments replace the values.',
  ]);
  expect(check([], ['lr'], 'reads')).toEqual([]);
  expect(check([{ source: 'lr = 2', tags: ['injected-parameters'] }], ['lr'])).toEqual([]);
});

test('a misspelt name was passed to a notebook that reads the file itself, and no line warned of it', () => {
  const cells = [{ source: 'lr = 0.1\nvalues = open(os.environ["MYMLOPS_PARAMS"])' }];
  expect(check(cells, ['lr'])).toEqual([]);
  expect(check(cells, ['lr', 'lrr'])).toEqual([
    'train.ipynb may not have the parameter lrr: it reads MYMLOPS_PARAMS itself, and no cell mentions it.',
  ]);
  expect(check(cells, ['lrr', 'epoch'])).toEqual([
    'train.ipynb may not have the parameters lrr, epoch: it reads MYMLOPS_PARAMS itself, and no cell mentions them.',
  ]);
});

test('two cells were tagged: the second one set the given value back, and the record showed the given one', () => {
  expect(() => check([tagged('lr = 0.1'), tagged('lr = 0.2  # the lr'), { source: 'print(lr)' }], ['lr'])).toThrow(
    refused(
      'train.ipynb has two cells tagged parameters, and the second one sets lr again after the given value. Merge them, or keep the tag only on the last one.',
    ),
  );
  expect(() => check([tagged('lr = 1\nn = 2'), tagged('a = 1'), tagged('n, lr = 3, 4')], ['n', 'lr'])).toThrow(
    refused('train.ipynb has 3 cells tagged parameters, and a later one sets n, lr again after the given value.'),
  );
  const R = { kernelspec: { name: 'ir' } };
  expect(() => check([tagged('lr <- 1'), tagged('lr <- 2')], ['lr'], 'injects', R)).toThrow(refused('sets lr again'));
});

test('a cell of an earlier run stood before the tagged one, which then set the given value back', () => {
  const injected = { source: 'lr = 5', tags: ['injected-parameters'] };
  expect(() => check([injected, tagged('lr = 0.1')], ['lr'])).toThrow(
    refused(
      'train.ipynb has a cell tagged injected-parameters before the cell tagged parameters, which sets lr again after the given value. Delete the first one.',
    ),
  );
  expect(check([tagged('lr = 0.1'), injected], ['lr'])).toEqual([]);
  expect(check([tagged('lr = 0.1'), tagged('lr = 0.2'), injected], ['lr'])).toEqual([]);
});

test.each<[string, Cell, ReturnType<typeof commandUse>]>([
  ['assigns other names', tagged('n = lr'), 'injects'],
  ['is text', tagged('lr = 0.2', 'markdown'), 'injects'],
  ['is not executed', { source: 'lr = 0.2', tags: ['parameters', 'skip-execution'] }, 'injects'],
  ['belongs to a function', tagged('def f():\n  lr = 2'), 'injects'],
  ['comes with a command that reads the values itself', tagged('lr = 0.2'), 'reads'],
])('a second tagged cell that %s is accepted', (_name, cell, use) => {
  expect(check([tagged('lr = 0.1'), cell], ['lr'], use)).toEqual([]);
});

test.each(['if test: lr = 2', 'if test:\n  lr = 2', 'lr = lr * 2', 'print(lr)\nlr = 2', 'lr = globals().get("lr", 2)'])(
  'a line warns of a second tagged cell that may set the value again: %j',
  (source) => {
    expect(check([tagged('lr = 0.1'), tagged(source)], ['lr'])).toEqual([
      'train.ipynb may set lr again after the given value, in a later cell tagged "parameters".',
    ]);
  },
);

test('a line warns of a command that does not seem to hand the parameters on', () => {
  const line = 'neither the notebook nor its command mentions MYMLOPS_PARAMS.';
  expect(check([tagged('lr = 1')], ['lr'], 'ignores')).toEqual([expect.stringContaining(line)]);
  expect(check([], ['lr'], 'ignores')).toEqual([expect.stringContaining(line)]);
});

test.each<[string[], ReturnType<typeof commandUse>]>([
  [['./run.sh'], 'injects'],
  [['./small.sh'], 'injects'],
  [['bash -c "exec ./run.sh \\"$1\\""'], 'injects'],
  [['papermill -f "$MYMLOPS_PARAMS" "$1" "$1"'], 'injects'],
  [['./own.sh'], 'reads'],
  [['jupyter nbconvert --execute', 'cp "$MYMLOPS_PARAMS" params.json'], 'reads'],
  [['jupyter nbconvert --execute'], 'ignores'],
  [['papermill'], 'ignores'],
  [['./none.sh folder . / ..'], 'ignores'],
])('the command %j', (texts, use) => {
  const folder = tempFolder();
  writeFiles(folder, {
    'run.sh': 'params=$MYMLOPS_PARAMS\nexec papermill -f "$params" "$1" "$1"\n',
    'small.sh': 'exec python3 run_notebook.py "$1"\n',
    'own.sh': 'python3 train.py --config "$MYMLOPS_PARAMS"\n',
    'folder/x': '',
  });
  expect(commandUse(texts, folder)).toBe(use);
});
