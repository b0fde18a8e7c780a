import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

/** Packages of ES modules only, which Node.js 20 cannot `require`. */
const MODULES_ONLY = ['jose'];

/**
 * One script with all suites of the folders. It exports `suites`: by name, a function that loads that suite.
 * @param root of the checkout
 */
export async function bundleSuites(root, folders) {
  const names = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.test.ts'))
      .map((path) => `${folder}/${path}`),
  );
  const lines = names.map((name) => `${JSON.stringify(name)}: () => require(${JSON.stringify(`./${name}`)}),`);
  const { outputFiles } = await build({
    stdin: { contents: `exports.suites = {${lines.join('\n')}};`, resolveDir: root },
    absWorkingDir: root,
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'error',
    plugins: [ownPackagesOnly(root), foldersOfTests],
  });
  return { names, code: outputFiles[0].text };
}

/** Other people's packages stay outside: they are loaded once, not for each mutant. */
const ownPackagesOnly = (root) => ({
  name: 'own-packages-only',
  setup({ onResolve }) {
    onResolve({ filter: /^@mymlops\/protocol$/ }, () => ({ path: join(root, 'protocol/src/index.ts') }));
    onResolve({ filter: /^@mymlops\/google$/ }, () => ({ path: join(root, 'protocol/google/src/index.ts') }));
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === 'entry-point' || MODULES_ONLY.includes(path) ? undefined : { path, external: true },
    );
  },
});

/** Tests find their files by `__dirname`, which in a bundle would be the bundle's. */
const foldersOfTests = {
  name: 'folders-of-tests',
  setup({ onLoad }) {
    onLoad({ filter: /\/test\/.*\.ts$/ }, async ({ path }) => ({
      contents: `const __dirname = ${JSON.stringify(dirname(path))};${await readFile(path, 'utf8')}`,
      loader: 'ts',
    }));
  },
};
