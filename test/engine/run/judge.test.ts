import { plainLine } from '../../../functions/src/engine/run/exit-code-message';
import { judge, type Execution, type NotebookReading } from '../../../functions/src/engine/run/judge';
import { readNotebook } from '../../../functions/src/engine/run/notebook-facts';
import { aNotebook, type CellOverrides } from '../../fakes/builders';

const ran = (overrides: Partial<Execution> = {}): Execution => ({ exit: 0, timedOut: false, missing: 0, ...overrides });
const done: CellOverrides[] = [{ count: 1 }, { count: 2 }];
const error = { ename: 'ValueError', evalue: 'bad lr\nmore' };
const announced = { count: 1, error, tags: ['raises-exception'] };

const exit0 = { ename: 'SystemExit', evalue: '0' };
const announcedExit = { count: 1, error: exit0, tags: ['raises-exception'] };
const leftBy = (by: CellOverrides['error']): CellOverrides => ({ count: 1, error: by });
const exit0Said = { exit: 1, lastLine: 'SystemExit: 0' };
const completed = { status: 'completed', exception: false };
const wrong = { status: 'failed', exception: true };
const running: CellOverrides = { papermill: { status: 'running', exception: null } };
const pending: CellOverrides = { papermill: { status: 'pending', exception: null } };
const skippedByPapermill: CellOverrides = { tags: ['skip-execution'], papermill: completed };
const user = ['failed', 'user-error'] as const;
const dead = ['failed', 'kernel-died'] as const;
const unexecuted = ['failed', 'notebook-not-executed'] as const;

const read = (cells: CellOverrides[]): NotebookReading => ({ notebook: readNotebook(aNotebook(cells)) });

describe('judge', () => {
  const cases: [string, Execution, CellOverrides[] | NotebookReading['unread'], string, string | undefined][] = [
    ['exit 0 and every cell ran', ran(), done, 'succeeded', undefined],
    ['a cell failed and the command says so', ran({ exit: 1 }), [{ count: 1, error }, {}], 'failed', 'user-error'],
    ['a cell failed and the command hides it', ran(), [{ count: 1, error }, { count: 2 }], 'failed', 'user-error'],
    ['the command failed without a failed cell', ran({ exit: 127 }), [{}, {}], 'failed', 'user-error'],
    ['nothing was executed', ran(), [{}, {}], 'failed', 'notebook-not-executed'],
    ['the notebook is gone', ran(), 'gone', 'failed', 'notebook-not-executed'],
    ['the notebook is not a notebook any more', ran(), 'broken', 'failed', 'notebook-not-executed'],
    ['the notebook could not be saved', ran({ missing: 1 }), 'not-uploaded', 'failed', 'results-incomplete'],
    ['the notebook is too large to be read', ran(), 'too-large', 'succeeded', undefined],
    [
      'the notebook is too large to be read and the command failed',
      ran({ exit: 1 }),
      'too-large',
      'failed',
      'user-error',
    ],
    ['papermill says that the kernel died', ran({ exit: 138 }), done, 'failed', 'kernel-died'],
    [
      'nbconvert says that the kernel died',
      ran({ exit: 1, lastLine: 'nbclient.exceptions.DeadKernelError: Kernel died' }),
      [{}],
      'failed',
      'kernel-died',
    ],
    ['the time limit came first', ran({ exit: 143, timedOut: true }), [{ count: 1 }, {}], 'failed', 'timed-out'],
    [
      'the setup failed',
      { timedOut: false, missing: 0, failure: { reason: 'setup-failed', message: 'm' } },
      'gone',
      'failed',
      'setup-failed',
    ],
    ['an artifact is missing', ran({ missing: 1 }), done, 'failed', 'results-incomplete'],
    ['an error that its cell announces', ran(), [announced, { count: 2 }], 'succeeded', undefined],
    [
      'papermill exits 1 for an announced error although all ran',
      ran({ exit: 1, lastLine: 'more' }),
      [announced, { count: 2 }],
      'succeeded',
      undefined,
    ],
    [
      'the command fails after an announced error',
      ran({ exit: 1, lastLine: 'upload: no such bucket' }),
      [announced, { count: 2 }],
      ...user,
    ],
    [
      'so, with an error of the same kind',
      ran({ exit: 1, lastLine: 'ValueError: no such bucket' }),
      [announced, { count: 2 }],
      ...user,
    ],
    ['so, without a word', ran({ exit: 1 }), [announced, { count: 2 }], ...user],
    [
      'papermill exits 1 for an announced error, and the notebook ended on purpose',
      ran({ exit: 1, lastLine: 'more' }),
      [announced, { count: 2, papermill: wrong, error: exit0 }, {}],
      'succeeded',
      undefined,
    ],
    [
      'an announced error does not excuse cells that never ran',
      ran({ exit: 1, lastLine: 'more' }),
      [announced, {}],
      'failed',
      'user-error',
    ],
    ['sys.exit(0)', ran(), [{ count: 1, error: exit0 }, {}], 'succeeded', undefined],
    ['sys.exit(0) in an announced cell, and the process died after it', ran(), [announcedExit, {}, {}], ...unexecuted],
    ['so, and the next cell had begun', ran(), [announcedExit, { unanswered: true }, {}], ...dead],
    ['sys.exit(0), and papermill was ended in a later cell', ran(), [leftBy(exit0), running, {}], ...unexecuted],
    [
      'sys.exit(0), and papermill went on to a cell to be skipped',
      ran(),
      [leftBy(exit0), skippedByPapermill, {}],
      ...unexecuted,
    ],
    ['sys.exit(0), and the kernel died in a later cell', ran(), [leftBy(exit0), { unanswered: true }, {}], ...dead],
    ['so, and papermill was ended', ran(), [leftBy(exit0), { ...running, unanswered: true }, {}], ...unexecuted],
    ['sys.exit(0), and papermill left the others', ran(), [leftBy(exit0), pending], 'succeeded', undefined],
    ['sys.exit(0), and cells ran after it', ran(), [{ count: 1, error: exit0 }, { count: 2 }, {}], ...unexecuted],
    [
      'sys.exit(0), and nbclient fails for it',
      ran(exit0Said),
      [{ count: 1, error: exit0 }, {}],
      'succeeded',
      undefined,
    ],
    ['sys.exit(0), and the command fails after it', ran({ exit: 1 }), [{ count: 1, error: exit0 }, {}], ...user],
    ['a part of the cells ran', ran(), [{ count: 1 }, {}, {}], ...unexecuted],
    ['cells ran out of turn, and one did not', ran(), [{ count: 1 }, {}, { count: 2 }], ...unexecuted],
    ['the last cell never had its answer', ran(), [{ count: 1 }, { count: 2, unanswered: true }], ...dead],
    ['so, and papermill was ended', ran(), [{ count: 1 }, { ...running, count: 2, unanswered: true }], ...unexecuted],
    ['so, and the command says that it failed', ran({ exit: 3 }), [{ count: 1, unanswered: true }], ...user],
    ['papermill completes cells that never ran', ran(), [{ count: 1 }, { papermill: completed }], ...dead],
    ['papermill completes a cell to be skipped', ran(), [{ count: 1 }, skippedByPapermill], 'succeeded', undefined],
    ['papermill marks a cell as failed', ran(), [{ count: 1 }, { count: 2, papermill: wrong }], ...user],
    [
      'papermill marks a clean exit as failed',
      ran(),
      [{ count: 1, papermill: wrong, error: exit0 }, {}],
      'succeeded',
      undefined,
    ],
    ['papermill was ended in a cell', ran(), [{ count: 1 }, running], ...unexecuted],
    ['sys.exit(3)', ran(), [{ count: 1, error: { ename: 'SystemExit', evalue: '3' } }, {}], 'failed', 'user-error'],
  ];

  test.each(cases)('%s', (_name, execution, cells, status, reason) => {
    const verdict = judge(execution, Array.isArray(cells) ? read(cells) : { unread: cells });
    expect({ status: verdict.status, reason: verdict.reason }).toEqual({ status, reason });
  });

  test('facts of older functions do not name the lines: all cells ran, or a clean exit is the last word', () => {
    const old = { tolerated: true, codeCells: 2, exit: { cell: 1 } };
    const status = (executedCells: number, lastLine?: string): string =>
      judge(ran({ exit: 1, lastLine }), { notebook: { ...old, executedCells } }).status;
    expect([status(2), status(1, 'SystemExit: 0'), status(1, 'upload')]).toEqual(['succeeded', 'succeeded', 'failed']);
  });

  test.each([
    [126, /chmod \+x/],
    [127, /was not found/],
    [137, /memory/],
    [143, /ended by signal 15/],
    [255, /^The command failed/],
  ])('exit code %i is explained where no cell says more', (exit, text) => {
    const { message } = judge(ran({ exit }), read([{}]));
    expect(message).toMatch(text);
    expect(message).toContain(`(exit code ${exit})`);
  });

  test.each([
    [127, 'bash: ./helper.sh: cannot execute: required file not found'],
    [126, 'bash: ./helper.sh: /bin/bash^M: bad interpreter: No such file or directory'],
    [127, '/usr/bin/env: ‘bash\\r’: No such file or directory'],
    [127, '/usr/bin/env: use -[v]S to pass options in shebang lines'],
  ])('a script with Windows line endings was explained by files that git ignores: %i, %s', (exit, lastLine) => {
    const { message } = judge(ran({ exit, lastLine }), read([{}]));
    expect(message).toMatch(/Windows line endings \(CRLF\)/);
    expect(message).not.toContain('git ignores');
    expect(message).toContain(`(exit code ${exit}): ${lastLine}`);
    expect(judge(ran({ exit: 1, lastLine }), read([{}])).message).not.toContain('CRLF');
  });

  test('what a command that failed said last is in its message, unless a cell says more', () => {
    const lastLine = plainLine('\u001b[0;31mNoSuchKernel\u001b[0m: No such kernel named r\r');
    expect(judge(ran({ exit: 1, lastLine }), read([{}])).message).toBe(
      'The command failed (exit code 1): NoSuchKernel: No such kernel named r',
    );
    expect(judge(ran({ exit: 1, lastLine }), read([{ count: 1, error }])).message).not.toContain('NoSuchKernel');
  });

  test('a notebook that came back cut off is not called unexecuted without a word', () => {
    expect(judge(ran(), { unread: 'broken' }).message).toMatch(/incomplete, or not a notebook/);
  });

  test('a missing result is named with its cause, the others are counted', () => {
    const { message } = judge(
      ran({ missing: 3, missingNames: { text: 'artifacts/a (HTTP 400)', named: 1 } }),
      read(done),
    );
    expect(message).toBe('Missing: artifacts/a (HTTP 400), and 2 more');
  });

  test("an error in papermill's own cell counts, and is named for what it is", () => {
    const injected = { count: 2, tags: ['injected-parameters'], error };
    const verdict = judge(ran(), read([{ count: 1 }, injected, {}]));
    expect(verdict).toMatchObject({
      status: 'failed',
      message: 'The injected parameters (In [2]): ValueError: bad lr',
    });
  });

  test('a cell that is to be skipped does not count as one that never ran', () => {
    const cells = [announced, { tags: ['skip-execution'] }];
    expect(judge(ran({ exit: 1, lastLine: 'more' }), read(cells)).status).toBe('succeeded');
  });

  test('papermill says of the notebook alone that it failed', () => {
    const notebook = readNotebook(aNotebook(done, { papermill: { exception: true } }));
    expect(judge(ran(), { notebook })).toMatchObject({
      reason: 'user-error',
      message: expect.stringMatching(/^The notebook: papermill/) as string,
    });
  });

  const some: CellOverrides[] = [{ count: 1 }, { count: 2 }, {}, {}];
  test.each<[string, Execution, CellOverrides[], RegExp]>([
    ['how many ran', ran(), some, /^2 of 4 code cells ran, and nothing shows that the notebook ended on purpose/],
    ['how to say that it is meant', ran(), some, /sys\.exit\(0\).*skip-execution/],
    [
      'where it ended on purpose',
      ran(),
      [{ count: 1 }, { count: 2, tags: ['injected-parameters'] }, { count: 3, error: exit0 }, {}],
      /^2 of 3 cells ran; cell 2 \(In \[3\]\) ended the notebook with SystemExit 0$/,
    ],
    ['how far it came until the kernel died', ran({ exit: 138 }), some, /^2 of 4 code cells ran\. The kernel died/],
    [
      'a kernel that went after the last cell',
      ran({ exit: 138 }),
      done,
      /^2 of 2 code cells ran, then the kernel exited/,
    ],
    [
      'where papermill marks a failure',
      ran(),
      [{ count: 1, papermill: wrong }],
      /^Cell 1 \(In \[1\]\): papermill marked it/,
    ],
  ])('the message tells %s', (_what, execution, cells, text) => {
    expect(judge(execution, read(cells)).message).toMatch(text);
  });

  test.each([
    ['one cell of three, which ran', [{ count: 1 }], 1],
    ['no cell at all', [], 0],
  ])('the command saved another notebook than the one that was sent: %s', (_, cells, codeCells) => {
    const verdict = judge(ran({ sentCells: 3 }), read(cells));
    expect(verdict).toMatchObject({ status: 'failed', reason: 'notebook-not-executed' });
    expect(verdict.message).toMatch(`has ${codeCells} of the 3 code cells that were sent`);
    expect(judge(ran({ sentCells: codeCells }), read(cells)).status).toBe('succeeded');
  });

  test('a notebook that ended on purpose may be shorter than the one that was sent', () => {
    expect(judge(ran({ sentCells: 3 }), read([{ count: 1, error: exit0 }])).status).toBe('succeeded');
  });

  test('an error without a text of its own is its name', () => {
    const interrupted = { ename: 'KeyboardInterrupt', evalue: '' };
    const { message } = judge(ran({ exit: 1 }), read([{ count: 1, error: interrupted }]));
    expect(message).toBe('Cell 1 (In [1]): KeyboardInterrupt (exit code 1)');
  });

  test('"running cell 3 of 3" was followed by "1 cell ran"', () => {
    const { message } = judge(ran({ seenCells: 2 }), read([{ count: 1 }, {}, {}]));
    expect(message).toMatch(/^The notebook that came back shows 1 of 3 code cells as run, but 2 had run/);
  });

  test('a failed cell is named with its error, first line only', () => {
    const { message } = judge(ran({ exit: 1 }), read([{ count: 1 }, { count: 2, error }]));
    expect(message).toBe('Cell 2 (In [2]): ValueError: bad lr (exit code 1)');
  });
});
