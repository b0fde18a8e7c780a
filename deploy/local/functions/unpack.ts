// The program of the functions, out of the very zip that is deployed on Google. There a buildpack unpacks it and installs the
// framework beside it; here it is unpacked once, into a folder named by the zip's hash, and finds our copy of the framework.
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const FRAMEWORK = '@google-cloud/functions-framework';
const PARTIAL = 'partial-';

/**
 * Unpacks `zip` below `folder`, which this process alone uses, and returns the file that registers the functions. May be called
 * again: what is there as in the zip stays, programs of other zips go. A process that dies here leaves nothing that would be
 * used. Throws where the zip cannot be read, and leaves everything as it is.
 */
export async function unpackFunctions(zip: string, folder: string): Promise<string> {
  const content = readFileSync(zip);
  const name = createHash('sha256').update(content).digest('hex').slice(0, 32);
  const unpacked = join(folder, name);
  const archive = await openZip(content, zip);
  // A process that died left them; on a full disk they would be in the way.
  for (const old of readdirSync(folder)) if (old.startsWith(PARTIAL)) rmSync(join(folder, old), { recursive: true });
  if (!archive.sizes.every(([path, bytes]) => hasSize(join(unpacked, path), bytes))) {
    const files = archive.files();
    const partial = mkdtempSync(join(folder, PARTIAL));
    try {
      for (const [path, bytes] of files) writeDurably(join(partial, path), bytes);
    } catch (error) {
      rmSync(partial, { recursive: true });
      throw error;
    }
    rmSync(unpacked, { recursive: true, force: true });
    renameSync(partial, unpacked);
  }
  for (const other of readdirSync(folder)) if (other !== name) rmSync(join(folder, other), { recursive: true });
  linkFramework(join(unpacked, 'node_modules', FRAMEWORK));
  return join(unpacked, 'index.mjs');
}

interface Zip {
  sizes: [path: string, bytes: number][];
  files(): [path: string, bytes: Uint8Array][];
}

/** Reads only the list of files: nothing is decompressed at a start that finds all of them. */
async function openZip(content: Buffer, zip: string): Promise<Zip> {
  const { unzipSync } = await import('fflate');
  const read = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw new Error(`${zip} is damaged (${String(error)}). Install mymlops-client again`, { cause: error });
    }
  };
  const sizes: Zip['sizes'] = [];
  const noteSize = ({ name, originalSize }: { name: string; originalSize: number }): boolean => {
    sizes.push([name, originalSize]);
    return false;
  };
  read(() => unzipSync(content, { filter: noteSize }));
  return { sizes, files: () => read(() => Object.entries(unzipSync(content))) };
}

/** On the disk itself: after a loss of power, a file may have its size, and zeros in it. */
function writeDurably(file: string, bytes: Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes, { flush: true });
}

/** A full disk or a loss of power may have cut a file, or left it out. */
const hasSize = (file: string, bytes: number): boolean => statSync(file, { throwIfNoEntry: false })?.size === bytes;

/** The framework keeps its list of functions in its module, so functions and host must load the same copy. */
function linkFramework(link: string): void {
  const main = createRequire(import.meta.url).resolve(FRAMEWORK);
  const own = main.slice(0, main.lastIndexOf(FRAMEWORK) + FRAMEWORK.length);
  mkdirSync(dirname(link), { recursive: true });
  // The package may have moved since the last start.
  rmSync(link, { force: true });
  symlinkSync(own, link, 'dir');
}
