// The first part of `deploy`: looks at the project, and changes nothing.
import type { Context } from '../core/context';
import { ExpectedError } from '../core/errors';
import type { Administration } from '../google/administration';
import type { Choices, Wanted } from './choices';
import { checkProject, type Finding, type WantedVm } from './checks/check-project';
import { choicesFor, findKnown, type Known } from './known-deployment';

export interface Looking {
  context: Pick<Context, 'notice' | 'interrupted'>;
  administration: Administration;
  wanted: Wanted;
  vms: readonly WantedVm[];
  newSuffix: () => string;
}

export interface Seen {
  /** Undefined where an API that tells it is still off. */
  known: Known | undefined;
  choices: Choices;
  /** Checks that could not be made yet. */
  awaited: Finding[];
}

/** Says each warning. Throws ExpectedError with all that is in the way, each with its remedy. */
export async function look({ context, administration, wanted, vms, newSuffix }: Looking): Promise<Seen> {
  const known = await knownIn(administration, wanted.deployment);
  const before = known?.stored?.choices;
  const choices = choicesFor(wanted, before, newSuffix);
  const { deployment, region, variables } = choices;
  const findings = await checkProject(administration, {
    ...{ deployment, region, variables, vms, isNew: before === undefined },
  });
  for (const finding of findings.filter(isWarning)) context.notice(lineOf(finding));
  const stops = findings.filter(({ severity }) => severity === 'stop');
  if (stops.length > 0) throw new ExpectedError([...stops.map(lineOf), 'Nothing was changed.'].join('\n'));
  return { known, choices, awaited: findings.filter(({ awaitsApi }) => awaitsApi !== undefined) };
}

/** Undefined where Google refuses: the checks say why, and which right is missing. */
async function knownIn(administration: Administration, deployment: string): Promise<Known | undefined> {
  const number = await numberOf(administration).catch(() => undefined);
  return number === undefined ? undefined : findKnown(administration, { deployment, projectNumber: number });
}

/** Undefined, too, where the buckets cannot be listed. */
async function numberOf({ projects, buckets }: Administration): Promise<string | undefined> {
  const project = await projects.get();
  if (project.refusal || (await buckets.list()).refusal) return undefined;
  return project.value.number;
}

const isWarning = ({ severity, awaitsApi }: Finding): boolean => severity === 'warning' && awaitsApi === undefined;

export const lineOf = ({ about, sentence, remedy }: Finding): string =>
  `${about}: ${sentence}${remedy === undefined ? '' : `\n  ${remedy}`}`;
