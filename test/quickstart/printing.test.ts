// A cell that prints much: what run_notebook.py writes and copies for it grows with what is printed, not with its square.
import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { useTempFolders, writeFiles } from '../client/temp-folder';

const EXAMPLE = resolve(__dirname, '../../examples/quickstart');
const tempFolder = useTempFolders();

/** Runs on a clock of its own: 10 kB of output take a second, and each saved byte takes argv[2] seconds. */
const PROGRAM = `
import json, sys
sys.path.insert(0, ${JSON.stringify(EXAMPLE)})
import run_notebook

class Clock:
    now = 0.0
    monotonic = staticmethod(lambda: Clock.now)

class Piece(str):
    copied = 0
    def __radd__(self, other):
        Piece.copied += len(other)
        return str(other) + str(self)

class Log:
    def write(self, text): Clock.now += len(text) / 10_000
    def flush(self): pass

class Counted:
    saves = written = 0
    write_whole = staticmethod(run_notebook.write_whole)

def write_counted(path, data):
    Counted.saves += 1
    Counted.written += len(data)
    Clock.now += len(data) * float(sys.argv[2])
    Counted.write_whole(path, data)

run_notebook.write_whole = write_counted
run_notebook.time, log, sys.stdout = Clock, sys.stdout, Log()
run_notebook.run_notebook(run_notebook.Notebook(sys.argv[1]))
sys.stdout = log
print(json.dumps({"saves": Counted.saves, "written": Counted.written, "copied": Piece.copied}))
`;

interface Work {
  saves: number;
  written: number;
  copied: number;
}

function print(pieces: number, secondsPerByte: number): Work {
  const folder = tempFolder();
  const source = `import sys\nfrom __main__ import Piece\nfor _ in range(${pieces}): sys.stdout.write(Piece("x" * 1000))\nNone`;
  const cells = [{ cell_type: 'code', source, metadata: {} }];
  writeFiles(folder, { 'n.ipynb': JSON.stringify({ nbformat: 4, nbformat_minor: 4, metadata: {}, cells }) });
  const args = ['-c', PROGRAM, join(folder, 'n.ipynb'), String(secondsPerByte)];
  const env = { PATH: process.env['PATH'], PYTHONDONTWRITEBYTECODE: '1' };
  return JSON.parse(execFileSync('python3', args, { encoding: 'utf8', env })) as Work;
}

test.each([400, 800])('%i kB printed while saves are slow were written 20 and 40 times', (pieces) => {
  const { written, copied } = print(pieces, 0.001);
  expect(written / (pieces * 1000)).toBeLessThan(2.5);
  expect(copied).toBe(0);
});

test('while a save takes no time, there is one about every second', () => {
  const { saves } = print(400, 0);
  expect(saves).toBeGreaterThan(35);
  expect(saves).toBeLessThan(45);
});
