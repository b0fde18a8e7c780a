// As whom the client calls Google: the account of the credentials, and whether Google accepts them now.
import type { Context } from '../core/context';
import { type AdministrationOptions, openAdministration } from './administration';
import { refuseDiversions, requireAccess } from './connection';
import { within } from './deadline';
import { describeFailure } from './failures';
import { type TroubleFinder, troubleFinders } from './find-trouble';
import { type Login, loginOf, withRenewal } from './login';
import { credentialsTrouble } from './trouble';

const DEADLINE_MS = 30_000;

/** Other services than Google's, for tests. */
export interface AccountPlaces extends Pick<AdministrationOptions, 'hosts' | 'token'> {
  /** Instead of those that look at Google's network. */
  finders?: readonly TroubleFinder[];
}

export interface Account {
  /** Address of the account; null if it is not known. */
  email: string | null;
  login: Login;
  /** Why calls would fail, with the command that corrects it; null if Google accepts the credentials. */
  problem: string | null;
}

/** Requests a token of Google, and the address to which it belongs. Throws only after Ctrl-C. May be called twice. */
export async function findAccount(
  project: string,
  { env, interrupted }: Pick<Context, 'env' | 'interrupted'>,
  { finders = troubleFinders(env), ...places }: AccountPlaces = {},
): Promise<Account> {
  const login = loginOf(env);
  const known = login.impersonates ?? login.account;
  try {
    refuseDiversions(project, env);
    requireAccess(env);
    const call = openAdministration({ project, ...places })
      .caller()
      .catch(rejectRefusal);
    const caller = await within({ deadlineMs: DEADLINE_MS, finders }, "Google's sign-in", call);
    return { email: login.impersonates ?? caller.email ?? known, login, problem: null };
  } catch (error) {
    if (interrupted.aborted) throw error;
    return { email: known, login, problem: withRenewal(describeFailure(error, env), login) };
  }
}

/** A refusal by the sign-in itself is an answer: no trouble of the network explains it. */
function rejectRefusal(error: unknown): never {
  throw credentialsTrouble(error) ?? error;
}
