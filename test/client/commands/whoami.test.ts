// `whoami`: as whom the client calls, which project and deployment it uses, and where each is set.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { whoami } from '../../../client/src/commands/whoami';
import { runCli } from '../../../client/src/cli/program';
import { startGoogleAdministration, type GoogleOptions } from '../../fakes/google-administration';
import { testContext, type TestContext } from '../context';
import { useTempFolders, writeFiles } from '../temp-folder';

const tempFolder = useTempFolders();
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const PERSON = { type: 'authorized_user', client_id: 'i', client_secret: 'clandestine', refresh_token: 'clandestine' };
const URL = 'https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/robot@p.iam.gserviceaccount.com';

interface Given {
  credentials?: object;
  files?: Record<string, string>;
  env?: Record<string, string>;
  flags?: TestContext['flags'];
  google?: GoogleOptions;
  /** Not one that the stand-in accepts. */
  token?: string;
  json?: boolean;
}

/** A project folder with mymlops.yml, and a home with the login of a person. */
async function ask({ credentials = PERSON, files = {}, env = {}, flags = {}, google = {}, token, json }: Given = {}) {
  const cwd = tempFolder();
  const HOME = tempFolder();
  writeFiles(cwd, { 'mymlops.yml': 'project: my-project\n', ...files });
  const file = join(HOME, '.config/gcloud/application_default_credentials.json');
  writeFiles(HOME, { '.config/gcloud/application_default_credentials.json': JSON.stringify(credentials) });
  const stand = await startGoogleAdministration(google);
  closing.push(stand.close);
  const context = testContext({ cwd, env: { HOME, ...env }, flags });
  const code = await whoami(context, { json }, { hosts: stand.hosts, token: token ?? stand.token });
  return { code, text: context.printed(), said: context.said, cwd, file, HOME, calls: stand.state.calls };
}

test('a person, a project of the file, and the deployment that is the default', async () => {
  const { code, text, said, cwd, file } = await ask();
  expect(text.split('\n')).toEqual([
    'account      ada@example.com',
    `credentials  the login of a user, ${file}`,
    `project      my-project, from \`project\` in ${cwd}/mymlops.yml`,
    'deployment   mymlops, the default (mymlops)',
    '',
  ]);
  expect([code, said]).toEqual([0, []]);
});

test.each<[string, Given, RegExp]>([
  ['--project', { flags: { project: 'my-project' } }, /^project {6}my-project, from the option --project$/m],
  [
    'a variable',
    { files: { 'mymlops.yml': 'deployment: b\n' }, env: { GOOGLE_CLOUD_PROJECT: 'my-project' } },
    /^project {6}my-project, from the variable GOOGLE_CLOUD_PROJECT\ndeployment {3}b, from `deployment` in \/.*\/mymlops\.yml$/m,
  ],
  [
    'the default that the file names',
    { files: { 'mymlops.yml': 'deployment: mymlops\nproject: my-project\n' } },
    /^deployment {3}mymlops, from `deployment` in /m,
  ],
])('the place of a value: %s', async (_what, given, line) => {
  expect((await ask(given)).text).toMatch(line);
});

test("the project of gcloud's configuration, with its file", async () => {
  const folder = tempFolder();
  const credentials = 'application_default_credentials.json';
  writeFiles(folder, {
    'configurations/config_default': '[core]\nproject = my-project\n',
    [credentials]: JSON.stringify(PERSON),
  });
  const { text } = await ask({ files: { 'mymlops.yml': 'deployment: b\n' }, env: { CLOUDSDK_CONFIG: folder } });
  expect(text).toContain(`my-project, from gcloud's configuration in ${folder}/configurations/config_default\n`);
  // gcloud writes the login there too, and Google's library looks for it there.
  expect(text).toContain(`the login of a user, ${folder}/${credentials}\n`);
});

test.each<[string, object, RegExp]>([
  [
    'a key of a service account',
    { type: 'service_account', client_email: 'key@p.iam.gserviceaccount.com', private_key: 'clandestine' },
    /^account {6}key@p\.iam\.gserviceaccount\.com\ncredentials {2}a key of a service account, /,
  ],
  [
    'a login that acts as a service account',
    {
      ...{ type: 'impersonated_service_account', source_credentials: PERSON },
      service_account_impersonation_url: `${URL}:generateAccessToken`,
    },
    /^account {6}robot@p\.iam\.gserviceaccount\.com, as which the login acts\n/,
  ],
  [
    'another provider',
    { type: 'external_account', token_url: 'x' },
    /^account {6}Google does not tell its address\n.* workload /,
  ],
  ['a later type', { type: 'later' }, /\ncredentials {2}credentials of the type later, /],
])('credentials: %s', async (_what, credentials, lines) => {
  const { text } = await ask({ credentials, google: { email: undefined } });
  expect(text).toMatch(lines);
  expect(text).not.toContain('clandestine');
});

test('--json has the same, and no secret of the credentials', async () => {
  const { text, cwd, file } = await ask({ json: true });
  expect(JSON.parse(text)).toEqual({
    project: { id: 'my-project', from: { kind: 'mymlops.yml', path: join(cwd, 'mymlops.yml') } },
    deployment: { name: 'mymlops', from: { kind: 'default' } },
    account: {
      ...{ email: 'ada@example.com', problem: null },
      login: {
        ...{ type: 'authorized_user', kind: 'the login of a user', file },
        ...{ variable: null, account: null, impersonates: null },
      },
    },
  });
});

describe('credentials that do not work: what is known is shown, with the command that corrects it', () => {
  test('a file that a variable names, and that is absent', async () => {
    const env = { GOOGLE_APPLICATION_CREDENTIALS: '/nonexistent/key.json' };
    const { code, said, text, calls } = await ask({ env });
    expect([code, said]).toEqual([
      1,
      [
        'GOOGLE_APPLICATION_CREDENTIALS is /nonexistent/key.json, which does not exist. Correct it, or run: unset GOOGLE_APPLICATION_CREDENTIALS',
      ],
    ]);
    expect(text).toMatch(/^account {6}unknown\n[^]*\nproject {6}my-project, /);
    expect(calls).toEqual([]);
  });

  test('a variable that sends calls elsewhere', async () => {
    const { code, said } = await ask({ env: { FIRESTORE_EMULATOR_HOST: 'x:1' } });
    expect([code, said.join()]).toEqual([1, expect.stringMatching(/Run: unset FIRESTORE_EMULATOR_HOST$/)]);
  });
});

describe('the local cloud', () => {
  test('needs no account, is not started, and nothing is written', async () => {
    const HOME = tempFolder();
    const cwd = tempFolder();
    const context = testContext({ cwd, env: { HOME } });
    expect(await runCli(['whoami'], context)).toBe(0);
    expect(context.printed().split('\n')).toEqual([
      'account      none: the local cloud is on this computer, and needs no sign-in',
      'project      local (this computer), because nothing names a project',
      'deployment   mymlops, the default (mymlops)',
      '',
    ]);
    expect([readdirSync(HOME), readdirSync(cwd), existsSync(join(HOME, '.local'))]).toEqual([[], [], false]);
  });

  test('--json: no account', async () => {
    const context = testContext({ cwd: tempFolder(), env: { HOME: tempFolder() } });
    await runCli(['--local', 'whoami', '--json'], context);
    expect(JSON.parse(context.printed())).toMatchObject({
      ...{ account: null, project: { id: 'local', from: { kind: 'flag', name: '--local' } } },
    });
  });
});

test.each<[what: string, text: string | undefined, problem: string]>([
  ['does not exist', undefined, 'which does not exist'],
  ['has other content', '{}', 'which does not contain credentials'],
])(
  'a file of credentials that %s was called no file, and a VM of Google was named instead',
  async (_what, text, problem) => {
    const folder = tempFolder();
    const file = join(folder, 'key.json');
    if (text !== undefined) writeFiles(folder, { 'key.json': text });
    const env = { GOOGLE_APPLICATION_CREDENTIALS: file };
    const { text: shown, said, code } = await ask({ env });
    expect(shown).toContain(
      `credentials  none that can be used, ${file}, from the variable GOOGLE_APPLICATION_CREDENTIALS\n`,
    );
    expect([code, said]).toEqual([1, [expect.stringContaining(problem)]]);
    const { account } = JSON.parse((await ask({ env, json: true })).text) as { account: { login: object } };
    expect(account.login).toMatchObject({ type: null, kind: 'none that can be used', file });
  },
);

test('the same where gcloud writes its file', async () => {
  const { text, file } = await ask({ credentials: {} });
  expect(text).toContain(`credentials  none that can be used, ${file}\n`);
});
