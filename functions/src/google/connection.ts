// Where Google's services are: the libraries know their addresses on Google, a file names those of the local cloud.
import { functionsEndpoints, parseJson, type Endpoints, type FunctionName } from '@mymlops/protocol';
import { readFileSync } from 'node:fs';

/** The local cloud as one of the functions reaches it. */
export interface LocalCloud extends Endpoints {
  /** Public keys of the VMs' identity tokens, PEM by key id. */
  identityKeys: Record<string, string>;
  secrets: string;
}

/**
 * The local cloud's endpoints, with the token of `entryPoint`; undefined on Google, where each function has an account of its
 * own. Throws when the file is not (yet) readable: the call is made again.
 */
export function readEndpoints(file: string | undefined, entryPoint: FunctionName): LocalCloud | undefined {
  if (file === undefined) return undefined;
  const parsed = parseJson(functionsEndpoints, readFileSync(file, 'utf8'));
  if (!parsed.ok) throw new Error(`${file}: ${parsed.error}`);
  const { tokens, ...endpoints } = parsed.value;
  return { ...endpoints, token: tokens[entryPoint] };
}
