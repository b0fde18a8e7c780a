// `commit PROFILE NOTEBOOK...`: which of the words is a profile, and whether that profile exists.
import { nearestKey } from '../../core/nearest-key';
import { type ProjectConfig, findProjectConfig } from '../../config/project-config';
import type { Context } from '../../core/context';
import { ExpectedError } from '../../core/errors';
import { EXIT } from '../../core/exit-codes';

export interface CommitWords {
  /** Words before the first notebook that cannot be notebooks. */
  profiles: string[];
  notebooks: string[];
}

/** Splits by the form of the words alone, because the configuration is found above the notebooks. A single word is a notebook. */
export function splitWords(words: readonly string[]): CommitWords {
  const first = words.length < 2 ? 0 : words.findIndex(looksLikeNotebook);
  // If no word looks like a notebook, the last one is taken for it, and its own error explains.
  const count = first === -1 ? words.length - 1 : first;
  return { profiles: words.slice(0, count), notebooks: words.slice(count) };
}

const looksLikeNotebook = (word: string): boolean => word.endsWith('.ipynb') || word.includes('/');

/** Throws if all words are profiles of the project in `cwd`: the notebook was forgotten. */
export function refuseProfilesAlone(words: readonly string[], { cwd, env }: Context): void {
  if (words.some(looksLikeNotebook)) return;
  const known = Object.keys(findProjectConfig(cwd, env)?.config.profiles ?? {});
  if (words.length === 0 || !words.every((word) => known.includes(word))) return;
  const kind = words.length > 1 ? 'are profiles' : 'is a profile';
  throw new ExpectedError(
    `${words.join(' and ')} ${kind}. Give a notebook too: mymlops-client commit ${words[0]} NOTEBOOK`,
    EXIT.usage,
  );
}

/** The chosen profile, if any. Throws ExpectedError if the file does not have it, and for more than one. */
export function chosenProfile(profiles: readonly string[], { file, config }: ProjectConfig): string | undefined {
  const known = Object.keys(config.profiles ?? {});
  const unknown = profiles.find((profile) => !known.includes(profile));
  if (unknown !== undefined) throw new ExpectedError(unknownProfile(unknown, known, file), EXIT.usage);
  if (profiles.length > 1) {
    throw new ExpectedError(
      `${profiles.join(' and ')} are ${profiles.length} profiles, but a commit takes one. Commit once for each.`,
      EXIT.usage,
    );
  }
  return profiles[0];
}

function unknownProfile(word: string, known: readonly string[], file: string): string {
  const sentence = describeMissingProfile(word, known, file);
  return known.length === 0
    ? `${sentence} Leave out ${word} to run with the section \`commit\`; notebooks end in .ipynb.`
    : `${sentence} Notebooks end in .ipynb.`;
}

/** That `file`, whose profiles are `known`, has no profile `word`, and which may be meant. */
export function describeMissingProfile(word: string, known: readonly string[], file: string): string {
  const sentence = `There is no profile ${word} in ${file}`;
  if (known.length === 0) return `${sentence}: it has no section \`profiles\`.`;
  const meant = nearestKey(word, known);
  return `${sentence}; ${meant ? `did you mean ${meant}?` : `its profiles: ${known.join(', ')}.`}`;
}
