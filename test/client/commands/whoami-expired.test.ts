// `whoami` with a login that has expired, as Google's own library reports it: in a process of its own, whose environment it reads.
import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { useTempFolders, writeFiles } from '../temp-folder';

const run = promisify(execFile);
const tempFolder = useTempFolders();
let server: Server;
beforeEach(async () => {
  server = createServer((_request, response) => {
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end('{"error":"invalid_grant","error_description":"Token has been expired or revoked."}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => server.close());

test('the answer shows what is known, and the one command that signs in again', async () => {
  const folder = tempFolder();
  const file = join(folder, 'gcloud/application_default_credentials.json');
  writeFiles(folder, {
    token: 'of another provider',
    'gcloud/application_default_credentials.json': JSON.stringify({
      ...{ type: 'external_account', audience: '//iam.googleapis.com/pool' },
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
      credential_source: { file: join(folder, 'token') },
    }),
  });
  await build({
    stdin: {
      contents: `import { findAccount } from './client/src/google/account';
        const context = { env: process.env, interrupted: new AbortController().signal };
        findAccount('my-project', context, { finders: [] }).then((found) => {
          console.log(JSON.stringify(found));
          process.exit();
        });`,
      ...{ resolveDir: process.cwd(), loader: 'ts' },
    },
    ...{ outfile: join(folder, 'ask.cjs'), bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' },
  });
  const env = { PATH: process.env['PATH'], HOME: folder, CLOUDSDK_CONFIG: join(folder, 'gcloud') };
  const { stdout } = await run(process.execPath, [join(folder, 'ask.cjs')], { env });
  expect(JSON.parse(stdout)).toMatchObject({
    ...{ email: null, login: { type: 'external_account', file } },
    problem:
      'Your sign-in to Google Cloud has expired or was revoked. Sign in again: gcloud auth application-default login',
  });
});
