// import() of a package that is CommonJS: Node.js finds the names that it exports, esbuild only `default`. Without them,
// google-auth-library finds no HttpsProxyAgent, and nobody signs in from behind a proxy.
import { isAbsolute, relative } from 'node:path';
import { pathToFileURL } from 'node:url';

const NAMESPACE = 'imported-names';

/** Puts a module between that exports what Node.js finds. */
export const importedNames = {
  name: NAMESPACE,
  setup({ onResolve, onLoad, resolve, initialOptions }) {
    onResolve({ filter: /^[^./]/ }, async ({ kind, path, resolveDir, namespace }) => {
      if (kind !== 'dynamic-import' || namespace !== 'file' || !resolveDir.includes('node_modules')) return undefined;
      const found = await resolve(path, { kind: 'import-statement', resolveDir });
      // By its file: several packages may each have a copy of their own.
      if (!isAbsolute(found.path)) return undefined;
      return { path: relative(initialOptions.absWorkingDir, found.path), namespace: NAMESPACE, pluginData: found.path };
    });
    onLoad({ filter: /.*/, namespace: NAMESPACE }, async ({ pluginData: file }) => {
      const names = Object.keys(await import(pathToFileURL(file))).filter((name) => /^[a-z_$][\w$]*$/i.test(name));
      const renamed = names.map((name) => `${name}: its_${name}`);
      const exported = names.map((name) => `its_${name} as ${name}`);
      return {
        contents: `import * as all from ${JSON.stringify(file)};
          const { ${renamed.join()} } = all;
          export { ${exported.join()} };`,
        resolveDir: '/',
      };
    });
  },
};
