// Checks that the programs that a run needs are on this computer, before anything starts.
import { existsSync, readFileSync } from 'node:fs';
import type { Environment } from '../core/context';
import { ExpectedError } from '../core/errors';
import { findOnPath } from '../files/find-on-path';

/** For the snapshot's file list. */
export const SNAPSHOT_PROGRAMS = ['git'];
/** For a run on this computer. */
export const LOCAL_RUN_PROGRAMS = ['git', 'curl', 'bash', 'python3'];

const INSTALLERS: { when: RegExp; line: string }[] = [
  { when: /\b(debian|ubuntu)\b/, line: 'sudo apt-get install -y' },
  { when: /\b(fedora|rhel|centos)\b/, line: 'sudo dnf install -y' },
  { when: /\balpine\b/, line: 'sudo apk add' },
];

export interface System {
  platform: NodeJS.Platform;
  /** Content of /etc/os-release; empty if there is none. */
  osRelease: string;
}

/** Throws ExpectedError with the missing programs and the command that installs them. */
export function requirePrograms(programs: readonly string[], env: Environment, system: System = thisSystem()): void {
  const missing = programs.filter((program) => !isOnPath(program, env, system.platform));
  if (missing.length === 0) return;
  const names = missing.join(', ');
  const verb = missing.length === 1 ? 'is' : 'are';
  const line = installLine(missing, system);
  throw new ExpectedError(
    `${names} ${verb} needed but not on the PATH. ${line ? `Install with: ${line}` : 'Install with the package manager of this system.'}`,
  );
}

function thisSystem(): System {
  const file = '/etc/os-release';
  return { platform: process.platform, osRelease: existsSync(file) ? readFileSync(file, 'utf8') : '' };
}

function installLine(programs: readonly string[], system: System): string | undefined {
  if (system.platform === 'darwin') return `brew install ${programs.join(' ')}`;
  const ids = [...system.osRelease.matchAll(/^ID(?:_LIKE)?=(.*)$/gm)].map((match) => match[1]).join(' ');
  const installer = INSTALLERS.find(({ when }) => when.test(ids));
  return installer && `${installer.line} ${programs.join(' ')}`;
}

const isOnPath = (program: string, env: Environment, platform: NodeJS.Platform): boolean =>
  findOnPath(program, env, platform) !== undefined;
