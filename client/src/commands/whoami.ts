// `whoami`: as whom this client calls, which project and deployment it uses, and where each of these is set. Changes nothing.
import { DEFAULT_DEPLOYMENT, LOCAL_PROJECT } from '@mymlops/protocol';
import { defaultConfig, findProjectConfig, isWrittenIn } from '../config/project-config';
import { chooseProject, resolveTarget, type Source } from '../config/target';
import type { Context } from '../core/context';
import { EXIT } from '../core/exit-codes';
import { findAccount, type Account, type AccountPlaces } from '../google/account';
import { showJson } from '../view/show-json';
import { printableLine } from '../view/printable';

/** Returns EXIT.error if Google would not accept the sign-in. `places` are other services than Google's, for tests. */
export async function whoami(
  context: Context,
  { json }: { json?: boolean },
  places: AccountPlaces = {},
): Promise<number> {
  const found = findProjectConfig(context.cwd, context.env);
  const config = found?.config ?? defaultConfig();
  const { project, deployment } = resolveTarget(context, config);
  const sourceOf = (source: Source): From => ({ ...source, ...(source.kind === FILE && { path: found?.file }) });
  const isNamed = found !== null && isWrittenIn(found.file, 'deployment');
  const answer: Answer = {
    project: { id: project, from: sourceOf(chooseProject(context, config).source) },
    deployment: { name: deployment, from: sourceOf({ kind: isNamed ? FILE : 'default' }) },
    account: project === LOCAL_PROJECT ? null : await findAccount(project, context, places),
  };
  if (json) showJson(context, answer);
  else context.print(linesOf(answer).join(''));
  const problem = answer.account?.problem ?? null;
  if (problem === null) return EXIT.done;
  if (!json) context.notice(problem);
  return EXIT.error;
}

const FILE = 'mymlops.yml';

type From = Source & { path?: string };

interface Answer {
  project: { id: string; from: From };
  deployment: { name: string; from: From };
  /** Null on the local cloud, which needs none. */
  account: Account | null;
}

function linesOf({ project, deployment, account }: Answer): string[] {
  const rows: [name: string, text: string][] = [
    ...(account === null
      ? ([['account', 'none: the local cloud is on this computer, and needs no sign-in']] as const)
      : rowsOfAccount(account)),
    [
      'project',
      `${project.id}${project.id === LOCAL_PROJECT ? ' (this computer)' : ''}, ${wordsOf(project.from, 'project')}`,
    ],
    ['deployment', `${deployment.name}, ${wordsOf(deployment.from, 'deployment')}`],
  ].map(([name = '', text = '']) => [name, text]);
  return rows.map(([name, text]) => `${name.padEnd(WIDTH)}${printableLine(text)}\n`);
}

const WIDTH = 'credentials'.length + 2;

function rowsOfAccount({ email, login, problem }: Account): [string, string][] {
  const { impersonates, kind, file, variable } = login;
  const unknown = problem === null ? 'Google does not tell its address' : 'unknown';
  const acting = impersonates === null ? '' : ', as which the login acts';
  const place = file === null ? '' : `, ${file}${variable === null ? '' : `, from the variable ${variable}`}`;
  return [
    ['account', `${email ?? unknown}${acting}`],
    ['credentials', `${kind}${place}`],
  ];
}

function wordsOf(from: From, key: string): string {
  switch (from.kind) {
    case 'flag':
      return `from the option ${from.name}`;
    case 'variable':
      return `from the variable ${from.name}`;
    case FILE:
      return `from \`${key}\` in ${from.path}`;
    case 'gcloud':
      return `from gcloud's configuration in ${from.path}`;
    case 'default':
      return key === 'project' ? 'because nothing names a project' : `the default (${DEFAULT_DEPLOYMENT})`;
  }
}
