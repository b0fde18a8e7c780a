// Decides how `start` begins: it creates an instance, starts one that is off, or opens one that is on. Pure.
import type { InstanceDocument, InstanceSpec } from '@mymlops/protocol';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';
import { changedMachine, type Difference, differencesOf } from './differences';
import { isWanted } from '../view/instance-facts';
import type { SpecWithoutSource } from './spec';

export type StartDecision =
  /** Nothing of that name exists. */
  | { do: 'create'; period: number }
  /** Its disk is gone, or was never made: the work of its earlier VM is. */
  | { do: 'create-again'; uid: string; period: number }
  | { do: 'resume'; uid: string; period: number; spec: InstanceSpec; differences: Difference[] }
  | { do: 'open'; uid: string; period: number; differences: Difference[] };

export interface StartQuestion {
  name: string;
  /** Null: nothing of that name was ever created. */
  document: InstanceDocument | null;
  /** Undefined without a section `start`: an instance that exists keeps its specification. */
  wanted: SpecWithoutSource | undefined;
}

/** Throws ExpectedError for one that is being deleted. */
export function decideStart({ name, document, wanted }: StartQuestion): StartDecision {
  if (!document?.uid || !document.spec || document.status === 'deleted') return { do: 'create', period: 1 };
  const { uid, spec, status, started, stopped } = document;
  if (status === 'deleting') {
    throw new ExpectedError(
      `${name} is being deleted. Wait until it is gone (mymlops-client ps), or choose another name: mymlops-client start NAME`,
      EXIT.notFinished,
    );
  }
  const next = Math.max(started, stopped) + 1;
  if (status === 'failed') return { do: 'create-again', uid, period: next };
  const differences = wanted ? differencesOf(spec, wanted) : [];
  if (isWanted(document)) return { do: 'open', uid, period: started, differences };
  return { do: 'resume', uid, period: next, differences, spec: resumed(spec, wanted ?? spec) };
}

/** VM and disk stay what they are, as far as they must; the first boot may not have read its source yet. */
function resumed(known: InstanceSpec, wanted: SpecWithoutSource): InstanceSpec {
  const { source, repository, environment, machine } = known;
  return {
    ...wanted,
    machine: changedMachine(machine, wanted.machine),
    ...(source && { source }),
    ...(repository && { repository }),
    ...(environment && { environment }),
  };
}

/**
 * An instance that another computer created at the same moment: its start is joined, if it is the same. Throws ExpectedError with
 * the difference.
 */
export function joinOther(name: string, { spec, owner }: InstanceDocument, wanted: SpecWithoutSource): void {
  const differences = spec ? differencesOf(spec, wanted) : [];
  if (differences.length === 0) return;
  const lines = differences.map(({ what, from, to }) => `  ${what}: ${from}, and here ${to}`);
  throw new ExpectedError(
    [
      `${owner ?? 'Another user'} created ${name} at the same moment, with another specification:`,
      ...lines,
      'To open that one, repeat the command; for one of your own: mymlops-client start --new',
    ].join('\n'),
  );
}
