// Who deploys, as Google's policies and gcloud's commands name them.
import type { Caller } from '../google/administration';

/** The command by which an owner of the project gives the caller a role, such as roles/run.admin. */
export const grantCommand = (project: string, caller: Pick<Caller, 'member'> | undefined, role: string): string =>
  `gcloud projects add-iam-policy-binding ${project} --member=${shellWord(caller?.member ?? 'user:EMAIL')} --role=${role}`;

/** An address may have an apostrophe, as o'neil@example.com has. */
const shellWord = (text: string): string =>
  /^[\w@.:+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
