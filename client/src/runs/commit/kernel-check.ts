// Which languages a notebook may have: Python always; another one is refused where no kernel for it is installed. Checked before
// a VM is created.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOCAL_PROJECT } from '@mymlops/protocol';
import type { CommitPlan } from './plan';
import type { Context } from '../../core/context';
import { ExpectedError } from '../../core/errors';
import { RUNNER } from '../../init/runner';
import type { ForeignKernel } from '../../notebook/notebook-language';
import { printableLine } from '../../view/printable';
import { type Installed, type Kernel, installedKernels } from '../../local/installed-kernels';

interface Need {
  notebook: string;
  kernel: ForeignKernel;
}

const INSTALL: ReadonlyMap<string, string> = new Map([
  ['r', 'Install it in R with: IRkernel::installspec()'],
  ['julia', 'Install it in Julia with: using IJulia; installkernel("Julia")'],
]);

/**
 * Throws ExpectedError if a kernel is missing and only our own runner would look for it. If the user's command or setup may
 * install the kernel, prints a line instead. Does nothing for notebooks in Python.
 */
export async function checkKernels(context: Context, plan: CommitPlan): Promise<void> {
  const needs = plan.notebooks.flatMap(({ path, kernel }) => (kernel ? [{ notebook: path, kernel }] : []));
  if (needs.length === 0) return;
  if (plan.target.project !== LOCAL_PROJECT) {
    for (const need of needs)
      say(context, `${describeNeed(need)} The VM's image must contain it, or \`setup\` must install it.`);
    return;
  }
  const installed = await installedKernels(context.env, plan.project.folder);
  const missing = needs.filter(({ kernel }) => isMissing(kernel, installed));
  const isCertain = plan.config.setup === undefined && runsOurRunner(context, plan);
  for (const need of missing) {
    const sentence = `${describeNeed(need)} ${describeInstalled(installed)} ${hintFor(need.kernel)}`;
    if (isCertain) throw new ExpectedError(printableLine(sentence));
    say(context, sentence);
  }
}

const say = (context: Context, line: string): void => context.notice(printableLine(line));

/** Another kernel of the same language is enough, as for Python. */
function isMissing({ name, language }: ForeignKernel, installed: Installed): boolean {
  if (installed === 'unknown') return false;
  if (installed === 'nothing') return true;
  return !installed.some((kernel) => kernel.language === language || kernel.name === name.toLowerCase());
}

function describeNeed({ notebook, kernel: { language, name } }: Need): string {
  const kernel = `${language.slice(0, 1).toUpperCase()}${language.slice(1)} kernel`;
  return `${notebook} needs ${/^[aeior]/.test(language) ? 'an' : 'a'} ${kernel}${name && ` (${name})`}.`;
}

function describeInstalled(installed: Installed): string {
  if (!Array.isArray(installed))
    return 'Neither papermill nor nbconvert is installed here. Run: pip install papermill.';
  return `Installed here: ${namesOf(installed) || 'no kernel'}.`;
}

const namesOf = (kernels: readonly Kernel[]): string =>
  kernels
    .map(({ name }) => name)
    .toSorted()
    .join(', ');

const hintFor = ({ language }: ForeignKernel): string =>
  INSTALL.get(language) ?? 'Install it, or choose another kernel in the notebook.';

/** Whether the command is the unchanged script that `init` writes, whose behaviour we know. */
function runsOurRunner({ templates }: Context, { config, project }: CommitPlan): boolean {
  try {
    const [script, ours] = [join(project.folder, config.command.trim()), join(templates, RUNNER)];
    return readFileSync(script, 'utf8') === readFileSync(ours, 'utf8');
  } catch {
    return false;
  }
}
