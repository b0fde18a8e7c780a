// The sign-in makes calls of its own, to other hosts than the service's. What these refuse is Google's word too.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const run = promisify(execFile);

let folder: string;
let server: Server;
let answer: [status: number, text: string];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mymlops-sign-in-'));
  server = createServer((_request, response) => {
    const [status, text] = answer;
    response.writeHead(status, { 'content-type': 'application/json' }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
  writeFileSync(join(folder, 'token'), 'of another provider');
  writeFileSync(
    join(folder, 'credentials.json'),
    JSON.stringify({
      type: 'external_account',
      audience: '//iam.googleapis.com/pool',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: url,
      credential_source: { file: join(folder, 'token') },
    }),
  );
  // In a process of its own: the library finds the credentials in the environment.
  await build({
    stdin: {
      contents: `import { restOnGoogle } from './client/src/google/rest';
        import { describeFailure } from './client/src/google/failures';
        restOnGoogle('firestore.googleapis.com', 'p')('/v1/x', {}).catch((error) => {
          console.log(JSON.stringify({ code: error.code, words: describeFailure(error, {}) }));
        });`,
      resolveDir: process.cwd(),
      loader: 'ts',
    },
    ...{ outfile: join(folder, 'ask.cjs'), bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' },
  });
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

test.each([
  [
    'OAuth',
    403,
    '{"error":"access_denied","error_description":"The caller does not belong to the pool."}',
    7,
    /The caller does not belong to the pool\.\)\. Your account lacks the permission/,
  ],
  [
    'Google',
    403,
    '{"error":{"code":403,"status":"PERMISSION_DENIED","message":"No token for you."}}',
    7,
    /^No token for you\. Your account lacks the permission/,
  ],
  ['a proxy', 403, '<html>no</html>', 14, /cannot be reached/],
])('it was called a network that cannot be reached: a refusal by %s', async (_who, status, text, code, words) => {
  answer = [status, text];
  const env = { PATH: process.env['PATH'], GOOGLE_APPLICATION_CREDENTIALS: join(folder, 'credentials.json') };
  const { stdout } = await run(process.execPath, [join(folder, 'ask.cjs')], { env });
  expect(JSON.parse(stdout)).toEqual({ code, words: expect.stringMatching(words) });
});
