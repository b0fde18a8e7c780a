// Where Google's services are: the libraries know their addresses on Google, a file names those of the local cloud.
import { endpoints, parseJson, type Endpoints } from '@mymlops/protocol';
import { readFileSync } from 'node:fs';

/** The local cloud's endpoints; undefined on Google. Throws when the file is not (yet) readable: the call is made again. */
export function readEndpoints(file: string | undefined): Endpoints | undefined {
  if (file === undefined) return undefined;
  const parsed = parseJson(endpoints, readFileSync(file, 'utf8'));
  if (!parsed.ok) throw new Error(`${file}: ${parsed.error}`);
  return parsed.value;
}
