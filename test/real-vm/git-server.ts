// A git server behind OpenSSH's own sshd, on this computer's loopback address: VMs reach it as git.example.org.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { until } from '../local/desk';

export interface GitServer {
  /** ssh's address of the bare repository. */
  url: string;
  /** Its folder here. */
  repository: string;
  /** The file of the private key that may push, and its text. */
  keyFile: string;
  key: string;
  /** Lines of known_hosts. */
  knownHosts: string;
  /** What sshd said: who logged in, with which key. */
  log(): string;
  close(): Promise<void>;
}

/** `onPush`: a shell text that runs here when a VM has logged in, before git. */
export async function startGitServer(onPush: string): Promise<GitServer> {
  const folder = mkdtempSync(join(tmpdir(), 'mymlops-git-server-'));
  const at = (name: string): string => join(folder, name);
  execFileSync('git', ['init', '-q', '--bare', at('out.git')]);
  for (const name of ['host', 'id']) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', at(name)]);
  }
  const readLog = (): string => (existsSync(at('log')) ? readFileSync(at('log'), 'utf8') : '');
  const port = await freePort();
  writeFileSync(at('serve'), `#!/bin/bash\n${onPush}\nexec git-shell -c "$SSH_ORIGINAL_COMMAND"\n`);
  chmodSync(at('serve'), 0o755);
  writeFileSync(at('authorized'), `restrict,command="${at('serve')}" ${readFileSync(at('id.pub'), 'utf8')}`);
  const settings = [
    ...[`ListenAddress 127.0.0.1:${port}`, `HostKey ${at('host')}`, `AuthorizedKeysFile ${at('authorized')}`],
    ...['PasswordAuthentication no', 'KbdInteractiveAuthentication no', 'PermitRootLogin yes', 'StrictModes no'],
    ...['UsePAM no', 'PidFile none', 'LogLevel VERBOSE'],
  ];
  writeFileSync(at('sshd_config'), `${settings.join('\n')}\n`);
  mkdirSync('/run/sshd', { recursive: true }); // what sshd of root asks for
  const sshd = spawn('/usr/sbin/sshd', ['-D', '-f', at('sshd_config'), '-E', at('log')], { stdio: 'inherit' });
  await once(sshd, 'spawn');
  await until('sshd listens', () => readLog().includes('Server listening') || undefined);
  const [type = '', text = ''] = readFileSync(at('host.pub'), 'utf8').split(' ');
  return {
    url: `ssh://${userInfo().username}@git.example.org:${port}${at('out.git')}`,
    repository: at('out.git'),
    keyFile: at('id'),
    key: readFileSync(at('id'), 'utf8'),
    knownHosts: `[git.example.org]:${port} ${type} ${text}`,
    log: readLog,
    close: () => end(sshd, folder),
  };
}

async function end(sshd: ChildProcess, folder: string): Promise<void> {
  if (sshd.exitCode === null && sshd.signalCode === null) {
    const exited = once(sshd, 'exit');
    sshd.kill();
    await exited;
  }
  rmSync(folder, { recursive: true, force: true });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
