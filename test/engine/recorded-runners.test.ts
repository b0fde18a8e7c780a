// The verdicts on notebooks that end in every way, as real runners left them (recorded/record.py ran them): with the
// exit code that the runner had, and behind a pipe that swallows it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reason } from '@mymlops/protocol';
import { judge, type Execution } from '../../functions/src/engine/run/judge';
import { readNotebook } from '../../functions/src/engine/run/notebook-facts';
import { aNotebook, type CellOverrides } from '../fakes/builders';

interface Recorded {
  notebook: string;
  runners: string[];
  exit: number;
  lastLine?: string;
  papermill?: object;
  cells: (CellOverrides & { isEmpty?: true })[];
}

const LINES = readFileSync(join(__dirname, 'recorded/runners.jsonl'), 'utf8').trim().split('\n');
const RECORDS = LINES.map((line) => JSON.parse(line) as Recorded);

type End = 'all ran' | 'ended on purpose' | Reason;
/** By the exit code of the runner, and by an exit code of 0; several where a dying kernel may get a word out or not. */
type Ends = [own: End | End[], swallowed: End | End[]];
type Family = 'papermill' | 'nbconvert' | 'nbconvert --allow-errors' | 'nbclient' | 'run_notebook.py';

const RAN: Ends = ['all ran', 'all ran'];
const EXIT: Ends = ['ended on purpose', 'ended on purpose'];
const ERROR: Ends = ['user-error', 'user-error'];
const DIED: Ends = ['kernel-died', 'kernel-died'];
/** A kernel may die before or after it says that it has begun a cell. */
const DIED_OR_NOT: Ends = ['kernel-died', ['kernel-died', 'notebook-not-executed']];
/** nbconvert saves nothing of a notebook that failed. */
const UNSAVED: Ends = ['user-error', 'notebook-not-executed'];
const UNSAVED_DEATH: Ends = ['kernel-died', 'notebook-not-executed'];
/** Its notebook runs in its own process, which is gone at once. */
const GONE: Ends = ['user-error', 'notebook-not-executed'];
const GONE_WITH_0: Ends = ['notebook-not-executed', 'notebook-not-executed'];
const KILLED = { 'run_notebook.py': GONE, nbclient: DIED_OR_NOT, nbconvert: UNSAVED_DEATH };

const TABLE: [notebook: string, most: Ends, others?: Partial<Record<Family, Ends>>][] = [
  ['every cell runs', RAN],
  ['the first cell fails', ERROR],
  ['the second cell fails', ERROR, { nbconvert: UNSAVED }],
  ['the last cell fails', ERROR],
  ['an announced error', RAN],
  ['an announced error, then another one', ERROR, { nbconvert: UNSAVED }],
  ['an announced error in the last cell', RAN],
  ['a skipped cell', RAN],
  ['a skipped cell, then an error', ERROR, { nbconvert: UNSAVED }],
  ['an empty cell, then an error', ERROR],
  ['a comment alone', RAN],
  ['sys.exit(0)', EXIT, { nbconvert: UNSAVED, 'nbconvert --allow-errors': RAN }],
  ['sys.exit()', EXIT, { nbconvert: UNSAVED }],
  ['sys.exit(0) in the last cell', RAN, { nbconvert: UNSAVED }],
  ['sys.exit(0) in an announced cell', RAN],
  ['sys.exit(False)', ERROR, { nbconvert: UNSAVED }],
  ['sys.exit(1)', ERROR, { nbconvert: UNSAVED }],
  ['sys.exit with a text', ERROR, { nbconvert: UNSAVED }],
  // ipykernel goes on with the next cells until its kernel is gone.
  ['exit()', RAN, { papermill: [['kernel-died', 'all ran'], 'all ran'], 'run_notebook.py': EXIT }],
  ['quit()', RAN, { papermill: [['kernel-died', 'all ran'], 'all ran'], 'run_notebook.py': EXIT }],
  ['exit() in the last cell', RAN],
  ['exit(1)', RAN, { 'run_notebook.py': ERROR }],
  ['os._exit(0)', DIED, { nbclient: DIED_OR_NOT, 'run_notebook.py': GONE_WITH_0 }],
  ['os._exit(0) in the first cell', DIED, { 'run_notebook.py': GONE_WITH_0 }],
  ['os._exit(0) in the last cell', DIED, { 'run_notebook.py': GONE_WITH_0 }],
  ['os._exit(1)', DIED, { 'run_notebook.py': GONE }],
  ['killed in the first cell', DIED, KILLED],
  ['killed in the second cell', DIED, { ...KILLED, 'nbconvert --allow-errors': UNSAVED_DEATH }],
  ['killed in the last cell', DIED, KILLED],
  ['killed in an announced cell', DIED, KILLED],
  ['killed while it works', DIED, KILLED],
  ['killed while it works in the last cell', DIED, KILLED],
  ['KeyboardInterrupt', ERROR],
  ['an exception that shows nothing', ERROR],
  ['%%script false', ERROR],
  ['%%script --no-raise-error false', RAN],
  ['!false', RAN, { 'run_notebook.py': ERROR }],
  ['no code that parses', ERROR],
];

/** `nbclient that saves at the end (nbclient 0.5.13, ...)` is of nbclient's, with and without parameters papermill's. */
function familyOf(runner: string): Family {
  if (runner.includes('--allow-errors')) return 'nbconvert --allow-errors';
  const families: Family[] = ['papermill', 'nbconvert', 'nbclient', 'run_notebook.py'];
  const family = families.find((name) => runner.startsWith(name));
  if (!family) throw new Error(`${runner} is of no family`);
  return family;
}

function endOf({ cells, papermill }: Recorded, execution: Partial<Execution>): End {
  const text = aNotebook(
    cells.map(({ isEmpty, ...cell }) => ({ ...cell, source: isEmpty ? '' : '1' })),
    { ...(papermill && { papermill }) },
  );
  const { reason, message } = judge({ timedOut: false, missing: 0, ...execution }, { notebook: readNotebook(text) });
  return reason ?? (message.includes('ended the notebook') ? 'ended on purpose' : 'all ran');
}

describe.each(TABLE)('%s', (notebook, most, others = {}) => {
  const records = RECORDS.filter((each) => each.notebook === notebook);
  const cases = records.flatMap((record) => record.runners.map((runner) => ({ runner, record })));
  test.each(cases)('$runner', ({ runner, record }) => {
    const [own, swallowed] = others[familyOf(runner)] ?? most;
    expect([own].flat()).toContain(endOf(record, record));
    expect([swallowed].flat()).toContain(endOf(record, { exit: 0 }));
  });
});

test('every notebook that was recorded is in the table', () => {
  expect(new Set(RECORDS.map(({ notebook }) => notebook))).toEqual(new Set(TABLE.map(([notebook]) => notebook)));
});
