// `npm run roles`: writes the custom roles of protocol/src/rights where Terraform reads them.
// test/deploy/gcp/plan.test.ts compares the file.
import { build } from 'esbuild';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL('../protocol/src/rights/roles.ts', import.meta.url))],
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'node',
  logLevel: 'warning',
});
const [{ text }] = outputFiles;
const { rolesOf } = await import(`data:text/javascript;base64,${Buffer.from(text).toString('base64')}`);
const file = new URL('../deploy/gcp/modules/mymlops/modules/plan/roles.json', import.meta.url);
await writeFile(file, `${JSON.stringify(rolesOf(), null, 2)}\n`);
