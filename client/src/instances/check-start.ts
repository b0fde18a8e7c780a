// Whether `start` would accept the file, for `validate`: with the section alone, and with each profile that has one.
import type { ProjectConfig } from '../config/project-config';
import { resolveStart } from '../config/resolve-start';
import { resolveTarget, type Target } from '../config/target';
import type { Context } from '../core/context';
import { ExpectedError } from '../core/errors';
import { startRequestOf } from './request';
import { specOf } from './spec';

export interface CheckedStarts {
  /** Where instances would go; undefined if no section `start` is in the file, or none can be used. */
  target?: Target;
  faults: { profile: string | undefined; message: string }[];
}

const ANY_REQUEST = { name: 'any', uid: 'aaaaaa', period: 1, waitSeconds: 600 };

/** Sends nothing, and may be called twice. */
export function checkStarts(context: Pick<Context, 'flags' | 'env'>, { config }: ProjectConfig): CheckedStarts {
  const profiles = Object.entries(config.profiles ?? {}).flatMap(([name, { start }]) => (start ? [name] : []));
  const checked: CheckedStarts = { faults: [] };
  for (const profile of [...(config.start ? [undefined] : []), ...profiles]) {
    try {
      const target = resolveTarget(context, config, profile);
      const spec = specOf(resolveStart(config, profile), target, { profile });
      startRequestOf({ ...ANY_REQUEST, spec }, new Date());
      checked.target ??= target;
    } catch (error) {
      if (!(error instanceof ExpectedError)) throw error;
      checked.faults.push({ profile, message: error.message });
    }
  }
  return checked;
}
