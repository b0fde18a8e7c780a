// The source from which the three functions are deployed: one zip with the bundled program, the VM's scripts, and a package.json with its
// lock file for what is not bundled. Google's buildpack installs from these two; the local cloud unpacks the same zip.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';

/** The framework starts the process, so it is installed beside the bundle. All else is in the bundle. */
const FRAMEWORK = '@google-cloud/functions-framework';

/** The earliest time that a zip can hold. Dates are local ones in a zip: the parts are those of every time zone. */
const NO_TIME = new Date(1980, 0, 1);

/**
 * Same content, same bytes: sorted, without times.
 *
 * @param {Record<string, string>} files texts by their paths in the zip
 */
export function zipOf(files) {
  const sorted = Object.entries(files).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return zipSync(Object.fromEntries(sorted.map(([name, text]) => [name, strToU8(text)])), { level: 9, mtime: NO_TIME });
}

/** package.json and package-lock.json, as text. Throws where the repository's lock file lacks a package. */
export async function functionsPackage(root) {
  const { packages } = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8'));
  const { version, engines } = JSON.parse(await readFile(join(root, 'functions/package.json'), 'utf8'));
  const own = {
    name: 'mymlops-functions',
    version,
    private: true,
    type: 'module',
    main: 'index.mjs',
    engines,
    dependencies: { [FRAMEWORK]: packages[`node_modules/${FRAMEWORK}`].version },
  };
  const { name, dependencies } = own;
  const lock = {
    ...{ name, version, lockfileVersion: 3, requires: true },
    packages: { '': { name, version, dependencies, engines }, ...neededFor(FRAMEWORK, packages) },
  };
  return { 'package.json': textOf(own), 'package-lock.json': textOf(lock) };
}

const textOf = (json) => `${JSON.stringify(json, null, 2)}\n`;

/** The entries of the lock file for a package and for all that it needs, as npm finds them: the nearest folder first. */
function neededFor(name, packages) {
  const needed = new Map();
  const add = (place) => {
    if (needed.has(place)) return;
    const { dev: _, devOptional: __, ...entry } = packages[place];
    needed.set(place, entry);
    for (const dependency of Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })) {
      const found = placeOf(dependency, place, packages);
      if (found !== undefined) add(found);
      else if (!(dependency in (entry.optionalDependencies ?? {})))
        throw new Error(`package-lock.json lacks ${dependency}, which ${place} needs`);
    }
  };
  add(`node_modules/${name}`);
  return Object.fromEntries([...needed].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function placeOf(dependency, from, packages) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const place = `${folder === '' ? '' : `${folder}/`}node_modules/${dependency}`;
    if (packages[place]) return place;
    if (folder === '') return undefined;
  }
}
