// The policy broken on purpose: what a notebook is judged by.
import { aRun } from '../faults/quiet-plan';
import { engine, leaving, type Mutation } from './mutation';

export const JUDGE: Mutation[] = [
  {
    name: 'a notebook of which a part ran counts as executed',
    file: engine('run/judge'),
    from: 'return executedCells < codeCells && !exit;',
    to: 'return executedCells === 0;',
    shownBy: { run: leaving('unexecuted'), faults: [] },
  },
  {
    name: 'an end on purpose is no reason for cells that did not run',
    file: engine('run/judge'),
    from: 'return executedCells < codeCells && !exit;',
    to: 'return executedCells < codeCells;',
    shownBy: { run: leaving('exit'), faults: [] },
  },
  {
    name: 'a clean exit that its cell announces is an end on purpose',
    file: engine('run/notebook-cells'),
    from: 'isEnd: isCleanExit && !isAnnounced,',
    to: 'isEnd: isCleanExit,',
    shownBy: { run: leaving('announced exit'), faults: [] },
  },
  {
    name: 'an announced error excuses whatever fails after it',
    file: engine('run/judge'),
    from: 'return isErrorLine(lastLine, notebook.toleratedLines);',
    to: 'return true;',
    shownBy: { run: { command: { ...aRun.command, exit: 1, leaves: 'announced' } }, faults: [] },
  },
  {
    name: "papermill's mark of a notebook that failed is overlooked",
    file: engine('run/judge'),
    from: "if (notebook?.marked) return failed('user-error', markedText(notebook.marked));",
    to: '',
    shownBy: { run: leaving('marked'), faults: [] },
  },
  {
    name: 'that papermill calls cells completed whose kernel was dead is overlooked',
    file: engine('run/judge'),
    from: "if (notebook?.kernelDied) return failed('kernel-died', diedText(notebook));",
    to: '',
    shownBy: { run: leaving('dead kernel'), faults: [] },
  },
];
