// Tests of parts that not every computer has. One that is absent is left out by name, with the line that installs it.
import { spawnSync } from 'node:child_process';

/** Where `program` is on PATH; undefined where it is not. */
export function locate(program: string): string | undefined {
  const { stdout, status } = spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/** `test`, left out on other systems than `platform`, whose ways it is about. */
export function testOn(platform: NodeJS.Platform) {
  return (name: string, run: () => void, timeoutMs?: number): void =>
    process.platform === platform
      ? test(name, run, timeoutMs)
      : test.skip(`${name} (left out: it is about ${platform})`, run);
}

/** `test`, left out where `program` is not installed. */
export function testWith(program: string, install: string) {
  const isHere = locate(program) !== undefined;
  return (name: string, run: () => Promise<void>, timeoutMs?: number): void =>
    isHere
      ? test(name, run, timeoutMs)
      : test.skip(`${name} (left out: no ${program}. To install it: ${install})`, run);
}
