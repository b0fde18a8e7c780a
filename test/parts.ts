// Tests of parts that not every computer has. One that is absent is left out by name, with the line that installs it.
import { spawnSync } from 'node:child_process';

type Body = (() => void) | (() => Promise<void>);

/** Where `program` is on PATH; undefined where it is not. */
export function locate(program: string): string | undefined {
  const { stdout, status } = spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/** `test`, left out on other systems than `platform`, whose ways it is about. */
export function testOn(platform: NodeJS.Platform) {
  return (name: string, run: Body, timeoutMs?: number): void =>
    process.platform === platform
      ? test(name, run, timeoutMs)
      : test.skip(`${name} (left out: it is about ${platform})`, run);
}

const canIsolate = spawnSync('unshare', ['-rmpf', 'true']).status === 0;

/** `test` with file systems and process ids of its own, left out where these cannot be had. */
export const testIsolated = (name: string, run: Body, timeoutMs?: number): void =>
  canIsolate
    ? test(name, run, timeoutMs)
    : test.skip(`${name} (left out: \`unshare -rmpf true\` fails. It takes Linux with user namespaces, or root)`, run);

/** `test`, left out where `program` is not installed. */
export function testWith(program: string, install: string) {
  const isHere = locate(program) !== undefined;
  return (name: string, run: () => Promise<void>, timeoutMs?: number): void =>
    isHere
      ? test(name, run, timeoutMs)
      : test.skip(`${name} (left out: no ${program}. To install it: ${install})`, run);
}

/** A suite's tests, left out where Terraform is not installed. */
export const describeTerraform: (name: string, tests: () => void) => void = (name, tests) =>
  locate('terraform') === undefined
    ? describe.skip(`${name} (left out: no terraform. To install it: ${TERRAFORM_INSTALL})`, tests)
    : describe(name, tests);

export const TERRAFORM_INSTALL = 'https://developer.hashicorp.com/terraform/install';
