// The secrets that a run names must be stored before it is sent: without them a VM would be made for nothing.
import { secretNameIn } from '@mymlops/protocol';
import { ExpectedError } from '../core/errors';
import type { Secrets } from '../google/secrets';

/** Throws ExpectedError that names the secrets which are missing, and the lines that store them. `elsewhere`: another way to store them. */
export async function requireSecrets(
  names: readonly string[],
  deployment: string,
  secrets: Pick<Secrets, 'list'>,
  elsewhere?: (it: string) => string,
): Promise<void> {
  const missing = await missingSecrets(names, deployment, secrets);
  if (missing.length === 0) return;
  const which = missing.length === 1 ? `secret ${missing[0]}` : `secrets ${missing.join(', ')}`;
  const lines = missing.map((name) => `  mymlops-client secrets set ${name}`);
  const it = missing.length === 1 ? 'it' : 'them';
  throw new ExpectedError(
    [
      `The deployment ${deployment} has no ${which}. Nothing was sent. Store ${it}${elsewhere?.(it) ?? ''}:`,
      ...lines,
    ].join('\n'),
  );
}

/** Those of `names` that are not stored. */
export async function missingSecrets(
  names: readonly string[],
  deployment: string,
  secrets: Pick<Secrets, 'list'>,
): Promise<string[]> {
  const stored = new Set((await secrets.list()).map(({ id }) => secretNameIn(deployment, id)));
  return names.filter((name) => !stored.has(name));
}
