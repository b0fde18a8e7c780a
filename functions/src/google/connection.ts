// How the libraries reach Google: by their own knowledge there, at the stand-ins' addresses here.
import { endpoints, parseJson, type Endpoints } from '@mymlops/protocol';
import { readFileSync } from 'node:fs';

/** The local cloud's endpoints; undefined on Google. Throws when the file is not (yet) readable: the call is made again. */
export function readEndpoints(file: string | undefined): Endpoints | undefined {
  if (file === undefined) return undefined;
  const parsed = parseJson(endpoints, readFileSync(file, 'utf8'));
  if (!parsed.ok) throw new Error(`${file}: ${parsed.error}`);
  return parsed.value;
}

/** Every call ends after this: a stand-in answers at once, Google may take its time. */
export function deadlineMs(local: Endpoints | undefined): number {
  return local ? 10_000 : 30_000;
}

/** `make` runs at the first call; a failure is not kept. */
export function lazily<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
