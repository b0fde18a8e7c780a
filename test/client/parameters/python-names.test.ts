// Names of a cell tagged `parameters`, against Python's own parser.
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { namesInPython } from '../../../client/src/parameters/python-names';

test.each([
  ['lr = 0.1', ['lr']],
  ['lr: float = 0.1\nn:int=3', ['lr', 'n']],
  ['path: str', ['path']],
  ['a = b = 1', ['a', 'b']],
  ['a, b = 1, 2', ['a', 'b']],
  ['(a, [b, *c]) = x', ['a', 'b', 'c']],
  ['# lr = 1\nn = 2 # k = 3', ['n']],
  ["text = \"a = 1\"\nother = '''\nx = 1\n'''", ['text', 'other']],
  ['layers = [\n  64, # first = 1\n  dict(a=1),\n]\nn = \\\n  3', ['layers', 'n']],
  ['a = 1; b = 2', ['a', 'b']],
  ['if True:\n    a = 1\nelse:\n  b = 2', ['a', 'b']],
  ['def f(x=1):\n    y = 2\n    return y\nz = 3', ['z']],
  ['a.b = 1\nc[0] = 2\nd = e == f', ['d']],
  ['größe = 1', ['größe']],
  ['print("x", end="")\nassert a == 1\ndel b', []],
  ['%matplotlib inline\nlr = 1\n!pip install "x\nn = 2', ['lr', 'n']],
  ['%%time\nlr = 1', ['lr']],
  ['files = !ls "\nn = 1', ['files', 'n']],
  ['f = lambda x: x == 1', ['f']],
  ['s = f"{x["a = 1"]}"\nn = 1', ['s', 'n']],
  ['d = {"a": 1, "b": [1,\n2]}\r\nn = 1\r\n', ['d', 'n']],
  ['match = 1\ncase = 2\ntype = 3', ['match', 'case', 'type']],
  ['', []],
])('%j assigns %j', (source, names) => {
  const found = namesInPython(source);
  expect({ names: found.assigned, isSure: found.isSure }).toEqual({ names, isSure: true });
});

test.each([
  'from defaults import *',
  'exec("lr = 1")',
  'globals()["lr"] = 1',
  '%run defaults.ipynb',
  '%store -r lr',
  '%%bash\nlr=1',
  'get_ipython().run_line_magic("run", "x")',
  'lr = "1',
  'lr = [1',
  'match x:\n  case [lr, n]: pass',
])('%j may assign more than can be seen', (source) => {
  expect(namesInPython(source).isSure).toBe(false);
});

test.each([
  ['import numpy as np, os.path\nfrom a import b, c as d', ['np', 'os', 'b', 'd']],
  ['for i, (j, k) in x: pass', ['i', 'j', 'k']],
  ['with open(a) as f, b as (g, h):\n  pass', ['f', 'g', 'h']],
  ['try:\n  pass\nexcept E as e:\n  pass', ['e']],
  ['if (n := 1): pass', ['n']],
  ['x += 1', ['x']],
  ['class A:\n  b = 1\nasync def f(): pass', ['A', 'f']],
])('%j sets names that are not parameters', (source, others) => {
  const found = namesInPython(source);
  expect({ others: [...found.others], assigned: found.assigned, isSure: found.isSure }).toEqual({
    others,
    assigned: [],
    isSure: true,
  });
});

/** For each source on a line: names that its module scope binds, or null where it is no Python. */
const WITH_AST = `
import ast, json, sys
def names(source):
    try: tree = ast.parse(source)
    except (SyntaxError, ValueError): return None
    found = set()
    class Visitor(ast.NodeVisitor):
        def visit_Name(self, node):
            if isinstance(node.ctx, ast.Store): found.add(node.id)
        def visit_FunctionDef(self, node): found.add(node.name)
        visit_AsyncFunctionDef = visit_ClassDef = visit_FunctionDef
        def visit_Lambda(self, node): pass
        def visit_ListComp(self, node): pass
        visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_ListComp
        def visit_ExceptHandler(self, node):
            if node.name: found.add(node.name)
            self.generic_visit(node)
        def visit_alias(self, node):
            if node.name != '*': found.add(node.asname or node.name.split('.')[0])
    Visitor().visit(tree)
    return sorted(found)
for line in sys.stdin: print(json.dumps(names(json.loads(line))))
`;

const STATEMENTS = [
  ...[
    'a = 1',
    'b: int = 2',
    'c = d = "x = 1"',
    'e, f = 1, 2',
    '(g, *h) = x',
    'i += 1',
    'j.k = 1',
    'l[0] = 1',
    'm: str',
  ],
  ...[
    'n = [\n1,\n2 # o = 1\n]',
    'p = """\nq = 1\n"""',
    "r = '\\' s = 1'",
    't = {1: 2, "u": 3}',
    'v = lambda x: x',
    'w = 1; x = 2',
  ],
  ...[
    'import y',
    'import z.a as ab',
    'from ac import (ad,\n ae as af)',
    'print(ag=1)',
    '# ah = 1',
    'ai = aj == ak',
    '',
  ],
  ...[
    'al = am if an else ao',
    'ap = [aq for aq in ar]',
    'as_ = 1',
    'pass',
    'at = f"{au}" \'av = 1\'',
    'aw = b"\\"" + rb\'\\\'\'',
  ],
  ...[
    'if ax: ay = 1',
    'for az in ba: bb = 1',
    'while (bc := bd): pass',
    'with be as bf: bg = 1',
    'def bh(bi=1): bj = 1',
  ],
  ...[
    'bk = \\\n  1',
    'bl = (1,\n2)',
    'assert bm == 1',
    'bn = not bo',
    'bp: "list[int]" = []',
    'bq = 1 if br else {"a": 2}[bs:bt]',
  ],
  ...[
    '(bu) = 1',
    '[bv, bw] = 1, 2',
    '(bx).by = 1',
    'bz: dict[str, int] = {}',
    'ca = cb = cc, cd = 1, 2',
    'ce = "a" "#"',
    'cf >>= 1',
  ],
];
const BLOCKS = [
  'if x:',
  'for da in x:',
  'while x:',
  'with x as db:',
  'def dc(x):',
  'class dd:',
  'try:',
  'async def de():',
];

const indented = (text: string): string =>
  text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
const statement = fc.constantFrom(...STATEMENTS);
const block = fc
  .tuple(fc.constantFrom(...BLOCKS), fc.array(statement, { maxLength: 3 }))
  .map(
    ([head, body]) =>
      `${head}\n${indented([...body, 'pass'].join('\n'))}${head === 'try:' ? '\nfinally:\n    df = 1' : ''}`,
  );
const cell = fc.array(fc.oneof(statement, statement, block), { maxLength: 6 }).map((parts) => parts.join('\n'));
/** Half of it is no Python any more. */
const broken = fc
  .tuple(cell, fc.nat(), fc.constantFrom(...'"\'#=()[]{}:;,\\\n \t%!@*'.split(''), '"""', 'as', 'for', 'lambda', '=='))
  .map(([text, at, letter]) => text.slice(0, at % (text.length + 1)) + letter + text.slice(at % (text.length + 1)));

test('what Python itself finds is found, or there is a doubt', () => {
  const cells = fc.sample(fc.oneof(cell, broken, broken), { numRuns: 5000, seed: 11 });
  const input = cells.map((each) => JSON.stringify(each)).join('\n');
  const { stdout } = spawnSync('python3', ['-c', WITH_AST], { input, encoding: 'utf8' });
  const wanted = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as string[] | null);
  expect(wanted).toHaveLength(cells.length);
  expect(wanted.filter((names) => names !== null).length).toBeGreaterThan(2000);
  const missing = cells.flatMap((source, index) => {
    const { assigned, others, isSure } = namesInPython(source);
    const lost = (wanted[index] ?? []).filter((name) => !assigned.includes(name) && !others.has(name));
    return isSure && lost.length > 0 ? [{ source, lost }] : [];
  });
  expect(missing.slice(0, 5)).toEqual([]);
  const doubtful = cells.filter((each, index) => wanted[index] && !namesInPython(each).isSure);
  expect(doubtful.length).toBeLessThan(cells.length / 20);
});
