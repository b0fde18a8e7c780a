// Variables of the user that Terraform gets, and those that it does not.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { terraformEnvironment } from '../../../../client/src/deployment/terraform/environment';
import { findTerraform } from '../../../../client/src/deployment/terraform/find-terraform';
import { openTerraformFolder } from '../../../../client/src/deployment/terraform/terraform-folder';
import { TERRAFORM_INSTALL, testWith } from '../../../parts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'mymlops-environment-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a proxy, a mirror of providers and a log are passed on; another state or folder is not', () => {
  const passed = { HTTPS_PROXY: 'http://proxy', TF_CLI_CONFIG_FILE: 'mirror.tfrc', TF_LOG: 'debug', PATH: '/bin' };
  const others = {
    TF_WORKSPACE: 'x',
    TF_DATA_DIR: '/x',
    TF_CLI_ARGS: '-x',
    TF_CLI_ARGS_plan: '-x',
    TF_ENCRYPTION: '{}',
  };
  expect(terraformEnvironment({ env: { ...passed, ...others } })).toEqual(passed);
});

test.each(['GOOGLE_CREDENTIALS', 'GOOGLE_OAUTH_ACCESS_TOKEN', 'GOOGLE_BACKEND_CREDENTIALS', 'GOOGLE_ENCRYPTION_KEY'])(
  '%s: with it Terraform would not act as the checks did, so it is refused with the remedy',
  (name) => {
    expect(() => terraformEnvironment({ env: { [name]: 'x' } })).toThrow(
      expect.objectContaining({ exitCode: 2, message: expect.stringContaining(`unset ${name}`) as unknown }),
    );
    expect(terraformEnvironment({ env: { [name]: '' } })).toEqual({ [name]: '' });
  },
);

test('--impersonate, and what is for Terraform alone', () => {
  const environment = { GOOGLE_OAUTH_ACCESS_TOKEN: 'of-a-test' };
  expect(terraformEnvironment({ env: {}, impersonate: 'ci@p.iam.gserviceaccount.com', environment })).toEqual({
    ...environment,
    GOOGLE_IMPERSONATE_SERVICE_ACCOUNT: 'ci@p.iam.gserviceaccount.com',
  });
});

test('a login in the folder of CLOUDSDK_CONFIG is the one that Terraform uses', () => {
  const login = join(folder, 'application_default_credentials.json');
  writeFileSync(login, '{}');
  const env = { CLOUDSDK_CONFIG: folder };
  expect(terraformEnvironment({ env })).toEqual({ ...env, GOOGLE_APPLICATION_CREDENTIALS: login });
});

testWith('terraform', TERRAFORM_INSTALL)('a workspace of the user is not that of the deployment', async () => {
  writeFileSync(join(folder, 'main.tf'), 'output "name" {\n  value = terraform.workspace\n}\n');
  const said: string[] = [];
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, TF_WORKSPACE: 'mine', TF_CLI_ARGS_plan: '-refresh-only' };
  const context = {
    ...{ env, notice: (line: string) => void said.push(line) },
    ...{ ask: () => Promise.resolve(null), interrupted: new AbortController().signal, unfinished: new Set<object>() },
  };
  const terraform = openTerraformFolder({ context, program: await findTerraform(env), folder });
  await terraform.init();
  await terraform.plan();
  expect(said.join('\n')).toContain('name = "default"');
});
