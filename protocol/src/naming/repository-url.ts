// Addresses of git repositories: one with a password or a token in it is refused. Which protocols git may use is for the client to
// say (client/src/git/repository-address.ts).
import * as z from 'zod/mini';

/** A run's document and its VM's metadata hold the address: a password in it would be readable there. */
function hasPassword(url: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\/[^/@]*:[^/@]*@/i.test(url) || /^https?:\/\/[^/@]+@/i.test(url);
}

export const repositoryUrl = z.string().check(
  z.minLength(1),
  z.refine((url) => !hasPassword(url), 'holds a password or token: leave it out of the address'),
);
