// The first part of `deploy`: looks at the project, and changes nothing.
import type { Context } from '../core/context';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';
import type { Administration, Refusal } from '../google/administration';
import type { Choices, Wanted } from './choices';
import { checkProject, type Finding, type WantedVm } from './checks/check-project';
import { credentialsFinding } from './checks/credentials';
import { choicesFor, lookForKnown, type SeenDeployment } from './known-deployment';
import { serviceOff } from './project-refusals';
import { REGIONS } from './regions';
import { valueOrRefuseCaller } from './value-or-refuse';

export interface Looking {
  context: Pick<Context, 'notice'>;
  administration: Administration;
  wanted: Wanted;
  vms: readonly WantedVm[];
  newSuffix: () => string;
}

export interface Seen {
  /** Undefined where an API that tells it is off. */
  known: SeenDeployment | undefined;
  choices: Choices;
  /** Checks that could not be made yet. */
  awaited: Finding[];
  /** The lines of the warnings. */
  said: readonly string[];
}

/**
 * Says each warning, but none of `before` again. Throws ExpectedError with all that is in the way, each with its remedy.
 * @param before Of an earlier look, after which APIs were enabled.
 */
export async function look(looking: Looking, before?: Pick<Seen, 'said'>): Promise<Seen> {
  const { context, administration } = looking;
  const ending = before ? 'The APIs stay enabled. Nothing else was changed.' : 'Nothing was changed.';
  const { known, refusal } = await knownIn(looking, ending);
  const choices = choose(looking, known?.stored?.choices);
  const findings = await check(looking, choices, known);
  const warnings = findings.filter(isWarning).map(lineOf);
  for (const line of warnings) if (!before?.said.includes(line)) context.notice(line);
  refuse(
    findings.filter(({ severity }) => severity === 'stop'),
    ending,
  );
  // The checks say which right is missing. Where they do not: to go on would be to make a second set of all.
  if (refusal && serviceOff(refusal) === undefined) {
    await valueOrRefuseCaller(administration, { refusal }, { act: 'list the buckets', role: 'storage.admin' });
  }
  return { known, choices, awaited: findings.filter(({ awaitsApi }) => awaitsApi !== undefined), said: warnings };
}

interface Looked {
  known: SeenDeployment | undefined;
  refusal?: Refusal | undefined;
}

/** Throws for a failure of the network: a deployment that was not seen would be taken for a new one. */
async function knownIn({ administration, wanted }: Looking, ending: string): Promise<Looked> {
  try {
    const answer = await lookForKnown(administration, wanted.deployment);
    return answer.refusal ? { known: undefined, refusal: answer.refusal } : { known: answer.value };
  } catch (error) {
    const finding = credentialsFinding(error, administration.project);
    if (finding) refuse([finding], ending);
    throw error;
  }
}

/** Where no region was given, for any one of them: the checks refuse it then, beside all else that is in the way. */
function choose({ wanted, newSuffix }: Looking, stored: Choices | undefined): Choices {
  const [any] = REGIONS;
  return choicesFor(
    hasRegion(wanted, stored) || any === undefined ? wanted : { ...wanted, region: any },
    stored,
    newSuffix,
  );
}

const hasRegion = ({ region }: Wanted, stored: Choices | undefined): boolean =>
  region !== undefined || stored !== undefined;

function check(
  { administration, wanted, vms }: Looking,
  choices: Choices,
  known: SeenDeployment | undefined,
): Promise<Finding[]> {
  const { deployment, variables } = choices;
  const region = hasRegion(wanted, known?.stored?.choices) ? choices.region : '';
  return checkProject(administration, { deployment, region, variables, vms, isNew: known?.isMade !== true });
}

function refuse(stops: readonly Finding[], ending: string): void {
  if (stops.length === 0) return;
  const exitCode = stops.every(({ about }) => about === 'region') ? EXIT.usage : EXIT.error;
  throw new ExpectedError([...stops.map(lineOf), ending].join('\n'), exitCode);
}

const isWarning = ({ severity, awaitsApi }: Finding): boolean => severity === 'warning' && awaitsApi === undefined;

const lineOf = ({ about, sentence, remedy }: Finding): string =>
  `${about}: ${sentence}${remedy === undefined ? '' : `\n  ${remedy}`}`;
