// Types of values that several keys of mymlops.yml share.
import {
  DISK_GB,
  isBranchName,
  isRegex,
  isVariableName,
  MAX_SECRETS,
  repositoryUrl,
  VARIABLE_RULE,
} from '@mymlops/protocol';
import * as z from 'zod/mini';
import { parseDuration } from './duration';

/** Same as the predecessor's. */
export const DEFAULT_BRANCH = 'master';
/** Compute Engine allows a time limit of 120 days for a VM, and a run needs time before and after its command. */
export const LONGEST_DURATION_SECONDS = 100 * 86_400;

/** The same schema, with a sentence for the published JSON Schema. */
export const described = <S extends z.ZodMiniType>(description: string, schema: S): S =>
  schema.check(z.describe(description));

/** A key that may be absent. */
export function optional<S extends z.ZodMiniType>(description: string, schema: S): z.ZodMiniOptional<S> {
  const made = z.optional(schema);
  z.globalRegistry.add(made, { description });
  return made;
}

export const text = z.string().check(
  z.minLength(1),
  z.refine((value) => !value.includes('\0'), 'contains a NUL character'),
);

/** Valid on the command line, where profiles are named. */
export const name = z
  .string()
  .check(
    z.regex(
      /^[A-Za-z][A-Za-z0-9_-]{0,39}$/,
      'a name must have at most 40 letters, digits, _ and -, and begin with a letter',
    ),
  );

export const variableName = z.string().check(z.refine(isVariableName, VARIABLE_RULE));

/** Values of variables: a number or true is written as a text, too. */
export const variables = z.record(
  variableName,
  z.pipe(
    z.union([z.string(), z.number(), z.boolean()], { error: 'must be a text, a number, true or false' }),
    z.transform(String),
  ),
);

export const secretNames = z.array(variableName).check(z.minLength(1), z.maxLength(MAX_SECRETS));

/** The predecessor's patterns are Python's. Syntax that JavaScript lacks, each with what to write instead. */
const PYTHONS: [what: RegExp, words: string][] = [
  [/\(\?[aiLmsux]+\)/, 'inline flags such as (?i) are not supported: remove them (zone names are lower case)'],
  [/\(\?P[<=]/, '(?P<name>...) is Python syntax: write (?<name>...), and \\k<name> for (?P=name)'],
];
/** JavaScript reads \A and \Z as the letters A and Z. */
const PYTHONS_ENDS = /(?<!\\)(?:\\\\)*\\[AZ]/;

export const regex = text.check(
  z.refine(isRegex, {
    error: ({ input }) =>
      PYTHONS.find(([what]) => what.test(String(input)))?.[1] ??
      'not a valid regular expression: correct it, or remove this key',
  }),
  z.refine((value) => !PYTHONS_ENDS.test(value), '\\A and \\Z are Python syntax: write ^ and $'),
);

const isAmount = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number';

const DURATION_WORDS = 'not a duration: write 90, 30s, 15m, 2h or 1d';

/** `most` and `least` are in seconds, and so is the result. */
export const duration = (most = LONGEST_DURATION_SECONDS, least = 1) =>
  z.pipe(
    z.union([z.string(), z.number()], { error: wordsOf(DURATION_WORDS) }),
    z.transform((value, check) => {
      const seconds = parseDuration(value);
      const isTime = seconds !== null && seconds > 0;
      if (isTime && seconds >= least && seconds <= most) return seconds;
      const limit = isTime && seconds < least ? `${least / 60}m or more` : `${most / 86_400}d or less`;
      const message = isTime ? `must be ${limit}` : DURATION_WORDS;
      check.issues.push({ code: 'custom', message, input: value });
      return z.NEVER;
    }),
  );

const SIZE_WORDS = 'not a size: write 200GB, 1TB or 200 (gigabytes)';
const UNITS: Record<string, number> = { '': 1, G: 1, GB: 1, T: 1024, TB: 1024 };

/** The result is in gigabytes. */
export const diskSize = z.pipe(
  z.union([z.string(), z.number()], { error: wordsOf(SIZE_WORDS) }),
  z.transform((value, check) => {
    const match = /^(\d{1,6}) ?([GT]B?)?$/i.exec(String(value).trim());
    const gigabytes = match ? Number(match[1]) * (UNITS[(match[2] ?? '').toUpperCase()] ?? 1) : null;
    if (gigabytes !== null && gigabytes >= DISK_GB.least && gigabytes <= DISK_GB.most) return gigabytes;
    const message = gigabytes === null ? SIZE_WORDS : `must be from ${DISK_GB.least} to ${DISK_GB.most} GB`;
    check.issues.push({ code: 'custom', message, input: value });
    return z.NEVER;
  }),
);

/** The sentence for a value that is neither text nor a number. */
function wordsOf(words: string) {
  return ({ input }: { input?: unknown }): string | undefined => (isAmount(input) ? undefined : words);
}

const repositoryKeys = {
  url: described('Its address, as git takes it: https, ssh, or a path on this computer.', repositoryUrl),
  deploy_key: optional(
    'Path of the private key that may read it, or push to it. A snapshot never contains this file.',
    text,
  ),
  known_hosts: optional(
    "Host keys, as lines of ssh's known_hosts, for a host other than GitHub, GitLab and Bitbucket.",
    text,
  ),
};
const author = optional(
  "Who commits the results. By default git's user.name and user.email.",
  z.strictObject({
    name: described("The commits' name.", text),
    email: described("The commits' e-mail address.", text),
  }),
);
/** With this prefix, git would create a branch of that long name. */
const FULL_REF = /^refs\/(?:heads\/)?/;
const branch = text.check(
  z.refine((value) => !FULL_REF.test(value), {
    error: ({ input }) => `write the branch without refs/heads/: ${String(input).replace(FULL_REF, '')}`,
  }),
  z.refine(isBranchName, 'not a valid name for a git branch'),
  z.describe('Its branch. By default master.'),
);

export const repository = z.strictObject({ ...repositoryKeys, branch: z._default(branch, DEFAULT_BRANCH) });
export const outputRepository = z.strictObject({ ...repository.shape, author });

/** In a profile every key is optional, as it may come from the section. */
const overridden = { ...repositoryKeys, url: z.optional(repositoryKeys.url), branch: z.optional(branch) };
export const repositoryChanges = z.strictObject(overridden);
export const outputRepositoryChanges = z.strictObject({ ...overridden, author });
