// Runs Terraform in a folder of its own, with the stand-in of Google's provider. Nothing is downloaded.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { locate } from '../../parts';
import type { TerraformGoogle } from '../../fakes/terraform-google';

export interface Ran {
  code: number;
  /** What it printed, in stdout and stderr, as one text with single spaces: Terraform breaks lines where it likes. */
  text: string;
  stdout: string;
}

export interface Terraform {
  folder: string;
  /** For a process that calls Terraform itself. */
  environment: Record<string, string>;
  run(...args: string[]): Promise<Ran>;
  init(): Promise<Ran>;
  validate(): Promise<Ran>;
  /** Exit code 0: no difference; 2: there is one; 1: an error. */
  plan(...args: string[]): Promise<Ran>;
  apply(...args: string[]): Promise<Ran>;
  destroy(...args: string[]): Promise<Ran>;
  outputs(): Promise<Record<string, { value: unknown }>>;
  /** Addresses in the state. */
  addresses(): Promise<string[]>;
  write(files: Record<string, string>): Promise<void>;
  /** Makes the root one that calls the module in the folder `source`, and gives its outputs as one, `deployment`. */
  callModule(source: string, variables: object, provider?: { project?: string; region?: string }): Promise<void>;
  remove(): Promise<void>;
}

/** @param files The root, by file names; or none, and `callModule` follows. */
export async function openTerraform(provider: TerraformGoogle, files: Record<string, string> = {}): Promise<Terraform> {
  if (!locate('terraform'))
    throw new Error('Terraform is missing. Install it: https://developer.hashicorp.com/terraform/install');
  const folder = await mkdtemp(join(tmpdir(), 'mymlops-terraform-'));
  const config = join(folder, 'empty.tfrc');
  const environment = {
    ...provider.environment,
    TF_IN_AUTOMATION: '1',
    TF_CLI_CONFIG_FILE: config,
    CHECKPOINT_DISABLE: '1',
  };
  const write = async (more: Record<string, string>) => {
    for (const [name, text] of Object.entries(more)) {
      const path = join(folder, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
    }
  };
  await write({ ...files, 'empty.tfrc': '' });

  const run = (...args: string[]) =>
    new Promise<Ran>((resolve) => {
      const { PATH, HOME } = process.env;
      const options = { cwd: folder, env: { PATH, HOME, ...environment }, maxBuffer: 64 * 1024 * 1024 };
      execFile('terraform', args, options, (error, stdout, stderr) => {
        const code = error ? (typeof error.code === 'number' ? error.code : 1) : 0;
        const text = `${stdout}\n${stderr}`.replaceAll(/[│╷╵]/g, ' ').replaceAll(/\s+/g, ' ');
        resolve({ code, text, stdout });
      });
    });
  const plain = ['-input=false', '-no-color'];
  return {
    folder,
    environment,
    run,
    init: () => run('init', ...plain),
    validate: () => run('validate', '-no-color'),
    plan: (...args) => run('plan', '-detailed-exitcode', ...plain, ...args),
    apply: (...args) => run('apply', '-auto-approve', ...plain, ...args),
    destroy: (...args) => run('destroy', '-auto-approve', ...plain, ...args),
    async outputs() {
      return JSON.parse((await run('output', '-json')).stdout) as Record<string, { value: unknown }>;
    },
    async addresses() {
      const state = JSON.parse(await readFile(join(folder, 'terraform.tfstate'), 'utf8')) as {
        resources: { mode: string; module?: string; type: string; name: string; instances: { index_key?: string }[] }[];
      };
      return state.resources
        .filter(({ mode }) => mode === 'managed')
        .flatMap(({ module, type, name, instances }) =>
          instances.map(({ index_key: key }) =>
            [module, `${type}.${name}${key === undefined ? '' : `[${key}]`}`].filter(Boolean).join('.'),
          ),
        )
        .toSorted();
    },
    write,
    // By a relative path: Terraform would copy a module that has an absolute one, without what is around it.
    callModule: (source, variables, { project = 'my-project', region = 'europe-west4' } = {}) =>
      write({ 'main.tf.json': rootOf(relative(folder, source), variables, { project, region }) }),
    remove: () => rm(folder, { recursive: true }),
  };
}

function rootOf(source: string, variables: object, provider: object): string {
  const literal = JSON.stringify(variables).replaceAll(/[$%]\{/g, (start) => (start[0] ?? '') + start);
  return JSON.stringify({
    terraform: { required_providers: { google: { source: 'hashicorp/google' } } },
    provider: { google: provider },
    module: { deployment: { ...(JSON.parse(literal) as object), source } },
    output: { deployment: { value: '${module.deployment}' } },
  });
}
