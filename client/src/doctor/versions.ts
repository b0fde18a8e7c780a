// The versions of all that takes part on this computer. Of a program's words only the numbers are kept.
import { execFile } from 'node:child_process';
import { arch, platform, release } from 'node:os';
import { VERSION } from '@mymlops/protocol';
import type { Environment } from '../core/context';
import { findOnPath } from '../files/find-on-path';
import { fields, type Json, oneOf, type Keep, version } from './keep';

const PROGRAMS = { git: 'git', python: 'python3' };
const PROGRAM_MS = 5_000;

const number: Keep = (value) => /\d{1,4}(?:\.\d{1,6}){1,3}/.exec(typeof value === 'string' ? value : '')?.[0];
const kept = fields({
  client: version,
  node: number,
  platform: oneOf(['aix', 'android', 'darwin', 'freebsd', 'linux', 'openbsd', 'sunos', 'win32']),
  release: number,
  arch: oneOf(['arm', 'arm64', 'ia32', 'loong64', 'mips', 'mipsel', 'ppc64', 'riscv64', 's390x', 'x64']),
  git: number,
  python: number,
});

/** A program that is absent, or does not answer in time, has no version. */
export async function readVersions(env: Environment): Promise<Json | undefined> {
  const programs = await Promise.all(
    Object.entries(PROGRAMS).map(async ([name, program]) => [name, await versionOf(program, env)] as const),
  );
  return kept({
    ...{ client: VERSION, node: process.versions.node },
    ...{ platform: platform(), release: release(), arch: arch() },
    ...Object.fromEntries(programs),
  });
}

function versionOf(program: string, env: Environment): Promise<string | undefined> {
  const file = findOnPath(program, env);
  if (file === undefined) return Promise.resolve(undefined);
  return new Promise((resolve) =>
    execFile(file, ['--version'], { cwd: '/', env, timeout: PROGRAM_MS }, (error, stdout, stderr) =>
      resolve(error ? undefined : `${stdout}${stderr}`),
    ),
  );
}
