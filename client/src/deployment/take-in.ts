// Takes in history, results and secrets of a deployment that was removed: Terraform would find their names taken.
import { namesOf } from '@mymlops/protocol';
import type { Context } from '../core/context';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';
import type { Administration } from '../google/administration';
import { agree, type Asking } from './agreement';
import type { Choices } from './choices';
import { findImportable, importsOf } from './kept';
import { valueOrRefuse } from './value-or-refuse';

export interface TakingIn extends Asking {
  context: Pick<Context, 'ask' | 'notice'>;
  administration: Administration;
  /** `--plan`: nothing is changed, and no question comes. */
  isPlan: boolean;
  /** `--import`: ADDRESS=ID. */
  imports: readonly string[];
}

/**
 * `imports`, and those that the user agrees to. Throws ExpectedError where the user does not.
 * @param managed Addresses that Terraform knows already.
 */
export async function takeIn(
  taking: TakingIn,
  { choices, managed }: { choices: Choices; managed: readonly string[] },
): Promise<readonly string[]> {
  const { administration, context, isPlan, imports } = taking;
  const known = new Set([...managed, ...imports.map(addressIn)]);
  if (PLACES.every((place) => known.has(place)) && !hasNewSecret(choices, known)) return imports;
  const importable = importsOf(await findImportable(administration, choices), choices);
  if (!known.has(SETTINGS)) await refuseLiving(administration, choices);
  const found = importable.filter((one) => !known.has(addressIn(one)));
  if (found.length === 0) return imports;
  context.notice(
    [
      'These are of an earlier deployment of this name:',
      ...found.map((one) => `  ${one.slice(addressIn(one).length + 1)}`),
    ].join('\n'),
  );
  if (!isPlan) await agree(taking, 'Take them in, with all that they hold?');
  return [...imports, ...found];
}

/** One that stands is in another state of Terraform's: taken in, it would be changed under the hands of its owner. */
async function refuseLiving({ project, history }: Administration, { deployment }: Choices): Promise<void> {
  const answer = await history.hasSettings(namesOf(project, deployment).database);
  if (answer.refusal?.status === 404) return;
  if (!valueOrRefuse(answer, { project, act: 'read the settings of the deployment', role: 'datastore.viewer' })) return;
  throw new ExpectedError(
    `The project has a deployment ${deployment} already, and this command's own state does not know it: it was made with Terraform by hand, or its state is lost. Remove it where it was made, or name another: --deployment NAME`,
    EXIT.usage,
  );
}

const SETTINGS = 'module.mymlops.google_firestore_document.settings';
const PLACES = [
  'module.mymlops.google_firestore_database.runs',
  'module.mymlops.google_storage_bucket.results',
  'module.mymlops.google_storage_bucket.live',
];

const hasNewSecret = ({ variables: { secrets = [] } }: Choices, known: ReadonlySet<string>): boolean =>
  Array.isArray(secrets) &&
  secrets.some((name) => !known.has(`module.mymlops.google_secret_manager_secret.secret["${name}"]`));

/** An address may have a name in quotes, but no `=` before its end. */
const addressIn = (line: string): string => line.slice(0, line.indexOf('='));
