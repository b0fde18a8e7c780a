// The VM that stays for its user after the end of a run (`-k`).
import type { RunDocument } from '@mymlops/protocol';

/** ISO 8601. Undefined if no VM is kept at `now`: one whose time is over is being deleted. */
export const keptUntilOf = ({ keptUntil }: Pick<RunDocument, 'keptUntil'>, now: Date): string | undefined =>
  keptUntil !== undefined && Date.parse(keptUntil) > now.getTime() ? keptUntil : undefined;
