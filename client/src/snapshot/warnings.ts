// Warnings about a snapshot, one line each.
import type { LeftOut } from './candidates';

const MOST_LINES = 20;
const MOST_NAMES = 3;

export interface WarningCauses {
  leftOut: readonly LeftOut[];
  /** Files with a Git LFS pointer instead of their content. */
  lfsPointers: readonly string[];
  /** Folders. */
  missingSubmodules: readonly string[];
  /** Links that lead out of the project. */
  outwardLinks: readonly string[];
}

/** Names in the lines may contain control characters. */
export function warningsOf({ leftOut, lfsPointers, missingSubmodules, outwardLinks }: WarningCauses): string[] {
  const lines = leftOut.map(({ path, why }) => `Left out of the snapshot: ${path} (${why})`);
  const rest = lines.splice(MOST_LINES).length;
  if (rest > 0) lines.push(`Left out of the snapshot: ${rest} more`);
  if (lfsPointers.length > 0) {
    lines.push(
      `Files with a Git LFS pointer instead of their content: ${someOf(lfsPointers)}. To send the content: git lfs pull`,
    );
  }
  if (missingSubmodules.length > 0) {
    lines.push(
      `Submodules that are not checked out: ${someOf(missingSubmodules)}. To send them: git submodule update --init`,
    );
  }
  if (outwardLinks.length > 0) {
    lines.push(`Links that lead out of the project: ${someOf(outwardLinks)}. Their targets are not sent.`);
  }
  return lines;
}

function someOf(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).join(', ');
  return names.length > MOST_NAMES ? `${shown} and ${names.length - MOST_NAMES} more` : shown;
}
