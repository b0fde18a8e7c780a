// `commit PROFILE NOTEBOOK...`: which of the words name a profile, and whether there is one of that name.
import { nearestKey } from '../config/nearest-key';
import type { ProjectConfig } from '../config/project-config';
import { ExpectedError } from '../errors';
import { EXIT } from '../exit-codes';

export interface CommitWords {
  /** Words before the first notebook that cannot be one. */
  profiles: string[];
  notebooks: string[];
}

/** By their looks alone: the configuration is found by way of the notebooks. A single word is a notebook. */
export function splitWords(words: readonly string[]): CommitWords {
  const first = words.length < 2 ? 0 : words.findIndex((word) => word.endsWith('.ipynb') || word.includes('/'));
  // Without any notebook the last word is to be one, and is told what it is instead.
  const count = first === -1 ? words.length - 1 : first;
  return { profiles: words.slice(0, count), notebooks: words.slice(count) };
}

/** The profile that `profiles` names: one that the file has, or none. @throws ExpectedError */
export function chosenProfile(profiles: readonly string[], { file, config }: ProjectConfig): string | undefined {
  const known = Object.keys(config.profiles ?? {});
  const unknown = profiles.find((profile) => !known.includes(profile));
  if (unknown !== undefined) throw new ExpectedError(unknownProfile(unknown, known, file), EXIT.usage);
  if (profiles.length > 1) {
    throw new ExpectedError(
      `${profiles.join(' and ')} are ${profiles.length} profiles; a commit has one. Commit once for each.`,
      EXIT.usage,
    );
  }
  return profiles[0];
}

function unknownProfile(word: string, known: readonly string[], file: string): string {
  const sentence = `There is no profile ${word} in ${file}`;
  if (known.length === 0) {
    return `${sentence}: it has no section \`profiles\`. Leave ${word} out to run with the section \`commit\`; notebooks end in .ipynb.`;
  }
  const meant = nearestKey(word, known);
  return `${sentence}; ${meant ? `did you mean ${meant}?` : `there are: ${known.join(', ')}.`} Notebooks end in .ipynb.`;
}
