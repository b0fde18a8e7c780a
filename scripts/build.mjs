// Bundles the three programs: the functions (as deployed), the client and the local cloud.
//
//   node build.mjs [FOLDER]     into the workspaces, or to the same places under FOLDER
//
// Bundling keeps start-up short: a heavy library is its own chunk, read from disk only when its import() runs.
import { build, transform } from 'esbuild';
import { createHash } from 'node:crypto';
import { copyFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { agentOf, shutdownOf } from './agent.mjs';
import { commonjsNames } from './commonjs-names.mjs';
import { functionsPackage, zipOf } from './functions-package.mjs';
import { importedNames } from './imported-names.mjs';
import { neededProtos } from './needed-protos.mjs';
import { packageFolders, thirdPartyNotices } from './notices.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const target = resolve(process.argv[2] ?? root);

const MODULES = { outExtension: { '.js': '.mjs' }, banner: { js: commonjsNames } };
/** The framework keeps its registry of functions in module state, so there must be one copy of it: the host's. */
const FRAMEWORK = { external: ['@google-cloud/functions-framework'] };

/**
 * Bundles `entryPoints` of a workspace into its dist/. Chunks of an earlier build stay: their names carry a hash, and a
 * local cloud that still runs loads its own ones late. `npm run clean` removes them. Returns the packages that are in it.
 */
async function bundle(workspace, entryPoints) {
  // The stand-ins serve what the descriptions of Google's protocols say: all of them stay.
  const plugins = [importedNames];
  const { metafile } = await esbuild(workspace, entryPoints, { ...MODULES, ...FRAMEWORK, plugins });
  return packageFolders(metafile, join(root, workspace));
}

/** The functions and the scripts of their VMs: one zip, which is all that is deployed, and all that the local cloud runs. */
async function bundleFunctions() {
  const workspace = 'functions';
  const dist = join(target, workspace, 'dist');
  const { metafile, outputFiles } = await esbuild(workspace, ['src/index.ts'], {
    ...MODULES,
    ...FRAMEWORK,
    write: false,
  });
  const modules = outputFiles.map(({ path, text }) => [relative(dist, path), text]);
  const scripts = {
    // The VM gets them as two metadata values, so each is one file.
    ...(await scriptsOf('run')),
    ...(await scriptsOf('image')),
    ...(await scriptsOf('instance')),
  };
  for (const [name, text] of Object.entries(scripts)) {
    await mkdir(dirname(join(dist, name)), { recursive: true });
    await writeFile(join(dist, name), text);
  }
  const zip = zipOf({ ...Object.fromEntries(modules), ...scripts, ...(await functionsPackage(root)) });
  await writeFile(join(dist, 'functions.zip'), zip);
  return packageFolders(metafile, join(root, workspace));
}

/** By their paths in the zip. */
async function scriptsOf(kind) {
  const folder = join(root, 'functions/vm');
  return {
    [`vm/${kind}/agent.sh`]: await agentOf(folder, kind),
    [`vm/${kind}/shutdown.sh`]: await shutdownOf(folder, kind),
  };
}

const esbuild = (workspace, entryPoints, options) =>
  build({
    absWorkingDir: join(root, workspace),
    metafile: true,
    entryPoints,
    outdir: join(target, workspace, 'dist'),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    chunkNames: 'chunks/[name]-[hash]',
    minifySyntax: true,
    minifyWhitespace: true,
    logLevel: 'warning',
    plugins: [importedNames, neededProtos],
    ...options,
  });

/**
 * The command line is what a person waits for, and Node loads CommonJS faster. esbuild splits ES modules
 * only: each of them is rewritten, those that are loaded late too, so that they share their modules as before.
 */
async function bundleCommonjs(workspace, entryPoints) {
  const { metafile, outputFiles } = await esbuild(workspace, entryPoints, {
    write: false,
    outExtension: { '.js': '.cjs' },
    // The same library as ES modules, of which unused ones are left out. Node.js alone would take its CommonJS.
    alias: { yaml: join(root, 'node_modules/yaml/browser/index.js') },
  });
  await Promise.all(
    outputFiles.map(async ({ path, text }) => {
      const { code } = await transform(text, {
        format: 'cjs',
        platform: 'node',
        supported: { 'dynamic-import': false },
        minifySyntax: true,
        minifyWhitespace: true,
      });
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, code);
    }),
  );
  return packageFolders(metafile, join(root, workspace));
}

/** The JSON Schema of mymlops.yml, for editors: computed from the client's own by running it once. */
async function writeSchema(file) {
  const { outputFiles } = await build({
    absWorkingDir: join(root, 'client'),
    entryPoints: ['src/config/json-schema.ts'],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    logLevel: 'warning',
  });
  const [{ text }] = outputFiles;
  const { jsonSchema } = await import(`data:text/javascript;base64,${Buffer.from(text).toString('base64')}`);
  await writeFile(file, `${JSON.stringify(jsonSchema(), null, 2)}\n`);
}

const bundled = await Promise.all([
  bundleFunctions(),
  bundleCommonjs('client', [{ in: 'src/main.ts', out: 'cli' }]),
  bundle('deploy/local', [
    { in: 'main.ts', out: 'main' },
    { in: 'functions/functions-host.ts', out: 'functions-host' },
  ]),
]);
await writeFile(join(target, 'client/dist/THIRD_PARTY_NOTICES'), await thirdPartyNotices(bundled.flat()));
await writeSchema(join(target, 'client/dist/mymlops.schema.json'));
// `init` writes the files of the example. A leading dot would hide the file from packagers.
const templates = join(target, 'client/dist/templates');
await cp(join(root, 'client/templates'), templates, { recursive: true });
for (const name of ['mymlops.yml', 'run.sh', 'run_notebook.py', 'prepare_notebook.py', '.gitignore']) {
  await copyFile(join(root, 'examples/quickstart', name), join(templates, name.replace(/^\./, '')));
}
// `deploy` writes the module, at the places that its files have in the repository.
const gcp = join(target, 'client/dist/gcp');
await rm(gcp, { recursive: true, force: true });
await cp(join(root, 'deploy/gcp/modules'), join(gcp, 'deploy/gcp/modules'), {
  recursive: true,
  filter: (path) => !/[/\\](\.terraform|tests)([/\\]|$)|\.terraform\.lock\.hcl$|\.tfstate/.test(path),
});
for (const name of ['firestore.rules', 'firestore.indexes.json']) await copyFile(join(root, name), join(gcp, name));
// By which a client knows a local cloud of another build. The names of chunks carry hashes, and these files name them.
const hash = createHash('sha256');
for (const name of [
  'deploy/local/dist/main.mjs',
  'deploy/local/dist/functions-host.mjs',
  'functions/dist/functions.zip',
]) {
  hash.update(await readFile(join(target, name)));
}
await writeFile(join(target, 'deploy/local/dist/build'), hash.digest('hex'));
