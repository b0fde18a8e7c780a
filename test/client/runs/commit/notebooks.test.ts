// A notebook that cannot be committed: one sentence, exit code 1, and nothing is started.
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { runCli } from '../../../../client/src/cli/program';
import { testContext } from '../../context';
import { useTempFolders, writeFiles } from '../../temp-folder';

const tempFolder = useTempFolders();
const CONFIG = 'project: local\ncommit:\n  command: x\n';
const CODE = { cell_type: 'code', source: '1', metadata: {}, outputs: [] };

const notebookOf = (cells: unknown, more: object = {}): string =>
  JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5, ...more });

/** A project beside another one and a folder that is none. */
function makeFolders(): string {
  const root = tempFolder();
  const good = notebookOf([CODE]);
  writeFiles(root, {
    'project/mymlops.yml': CONFIG,
    'project/good.ipynb': good,
    'project/good.IPYNB': good,
    'project/empty.ipynb': '',
    'project/truncated.ipynb': good.slice(0, -10),
    'project/binary.ipynb': Buffer.from([0, 1, 0x9b, 0x1b, 0x5d, 0xff]),
    'project/list.ipynb': '[]',
    'project/null.ipynb': 'null',
    'project/other-json.ipynb': '{"a": 1}',
    'project/no-cells.ipynb': JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {} }),
    'project/odd-cells.ipynb': notebookOf(['x', 1]),
    'project/text.ipynb': notebookOf([{ cell_type: 'markdown', source: '# only text' }]),
    'project/folder.ipynb/inside.ipynb': good,
    'project/line\nbreak.ipynb': good,
    'project/tab\tulator.ipynb': good,
    'other/mymlops.yml': CONFIG,
    'other/good.ipynb': good,
    'none/good.ipynb': good,
  });
  symlinkSync('good.ipynb', join(root, 'project/link.ipynb'));
  symlinkSync('nowhere.ipynb', join(root, 'project/dangling.ipynb'));
  execFileSync('mkfifo', [join(root, 'project/fifo.ipynb')]);
  mkdirSync(join(root, 'project/notebooks'));
  return root;
}

async function commit(...words: string[]): Promise<{ code: number; said: string[]; printed: string }> {
  const cwd = join(makeFolders(), 'project');
  const context = testContext({ cwd, env: { PATH: process.env['PATH'], HOME: cwd, MYMLOPS_HOME: join(cwd, 'state') } });
  const code = await runCli(['commit', ...words], context);
  return { code, said: context.said, printed: context.printed() };
}

test.each<[string, RegExp]>([
  ['good.IPYNB', /is not a notebook: its name does not end in \.ipynb\.$/],
  ['mymlops.yml', /is not a notebook: its name does not end in \.ipynb\.$/],
  ['notebooks', /is a folder\. Give a notebook in it\.$/],
  ['folder.ipynb', /is a folder\. Give a notebook in it\.$/],
  ['link.ipynb', /is a link or special file\. Give the notebook itself\.$/],
  ['dangling.ipynb', /is a link or special file\. Give the notebook itself\.$/],
  ['fifo.ipynb', /is a link or special file\. Give the notebook itself\.$/],
  ['/dev/null', /is a link or special file/],
  ['empty.ipynb', /is not a notebook/],
  ['truncated.ipynb', /is not a notebook/],
  ['binary.ipynb', /is not a notebook/],
  ['list.ipynb', /is not a notebook/],
  ['null.ipynb', /is not a notebook/],
  ['other-json.ipynb', /is not a notebook/],
  ['no-cells.ipynb', /is not a notebook/],
  ['odd-cells.ipynb', /is not a notebook/],
  ['text.ipynb', /no code cell/],
  ['line\nbreak.ipynb', /^"line\\nbreak\.ipynb" cannot be committed/],
  ['tab\tulator.ipynb', /^"tab\\tulator\.ipynb" cannot be committed/],
  ['../none/good.ipynb', /^There is no mymlops\.yml in .*\/none or above it/],
])('%j is refused in one sentence', async (name, sentence) => {
  const { code, said, printed } = await commit(name);
  expect({ code, said: said.length, printed }).toEqual({ code: 1, said: 1, printed: '' });
  expect(said[0]).toMatch(sentence);
});

test('one that is wrong stops those that are right', async () => {
  expect(await commit('good.ipynb', 'text.ipynb')).toMatchObject({ code: 1, printed: '' });
});

test('notebooks of two projects are named with both', async () => {
  const { code, said } = await commit('good.ipynb', '../other/good.ipynb');
  expect({ code, said }).toEqual({
    code: 1,
    said: [
      expect.stringMatching(
        /belong to two projects, .*\/project and .*\/other\. Commit the notebooks of each project separately\./,
      ),
    ],
  });
});
