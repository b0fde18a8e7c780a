// A VM that has booted and has git, pip and needrestart, right before Google's guest agent begins: from here a VM is on in seconds. It is kept
// beside the image.
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { until } from '../local/desk';
import { qemuOptions } from './hardware';
import type { Image } from './image';
import { qmp } from './qmp';

export interface Snapshot {
  /** In qcow2, on top of the image's disk. */
  disk: string;
  /** The VM's memory and devices. */
  memory: string;
}

const BOOT_SECONDS = 1200;

/** Takes the snapshot, which lasts minutes, if none of this image and this hardware is kept. */
export async function findSnapshot(image: Image): Promise<Snapshot> {
  const folder = join(dirname(image.disk), `snapshot-${hardwareHash(image)}`);
  if (!existsSync(folder)) await takeSnapshot(image, folder);
  return { disk: join(folder, 'disk.qcow2'), memory: join(folder, 'memory') };
}

/** Memory fits only a QEMU of the same version with the same devices. */
function hardwareHash(image: Image): string {
  const version = execFileSync('qemu-system-x86_64', ['--version']);
  const options = qemuOptions({ image, disk: '', console: '', sockets: '', gatewayPort: 0 });
  return createHash('sha256').update(version).update(options.join('\n')).digest('hex').slice(0, 16);
}

async function takeSnapshot(image: Image, folder: string): Promise<void> {
  const work = mkdtempSync(join(dirname(image.disk), 'snapshot-new-'));
  const sockets = mkdtempSync(join(tmpdir(), 'mymlops-qemu-'));
  const disk = join(work, 'disk.qcow2');
  const console = join(work, 'console');
  newDisk(disk, image.disk, 'raw');
  const kernelLine = 'real-vm.gate real-vm.prepare';
  const options = qemuOptions({ image, disk, console, sockets, gatewayPort: 9, kernelLine });
  const child = spawn('nice', ['-n', '10', 'qemu-system-x86_64', ...options], { stdio: 'inherit' });
  const ended = once(child, 'exit');
  try {
    await until('QEMU listens', () => existsSync(join(sockets, 'gate')) || undefined);
    await Promise.race([hasBooted(join(sockets, 'gate')), ended.then(() => Promise.reject(new Error('QEMU ended')))]);
    const memory = join(work, 'memory');
    const migrate = { execute: 'migrate', arguments: { uri: `exec:cat >'${memory}'` } };
    await qmp(join(sockets, 'qmp'), { execute: 'stop' }, migrate);
    await until('the memory is written', () => isWritten(join(sockets, 'qmp')), 120);
    await qmp(join(sockets, 'qmp'), { execute: 'quit' });
    await ended;
    renameSync(work, folder);
  } catch (error) {
    const said = existsSync(console) ? readFileSync(console, 'utf8').slice(-2000) : '';
    throw new Error(`no snapshot: ${String(error)}\n${said}`, { cause: error });
  } finally {
    child.kill('SIGKILL');
    rmSync(work, { recursive: true, force: true });
    rmSync(sockets, { recursive: true, force: true });
  }
}

/** `freeing`: it takes back each block of the file system that the VM frees, and is slower. */
export function newDisk(disk: string, below: string, format: 'raw' | 'qcow2', { freeing = false } = {}): void {
  const clusters = freeing ? ['-o', 'cluster_size=4k'] : [];
  execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', ...clusters, '-b', below, '-F', format, disk]);
}

/** Resolves when the guest says so (real-vm-gate of the image). */
async function hasBooted(gate: string): Promise<void> {
  const socket = connect(gate);
  const timer = setTimeout(() => socket.destroy(new Error(`not booted in ${BOOT_SECONDS} s`)), BOOT_SECONDS * 1000);
  try {
    for await (const line of createInterface({ input: socket })) if (line.includes('booted')) return;
    throw new Error('not booted');
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

async function isWritten(socket: string): Promise<true | undefined> {
  const [answer] = await qmp(socket, { execute: 'query-migrate' });
  const { status } = answer as { status?: string };
  if (status === 'failed') throw new Error('the memory could not be written');
  return status === 'completed' || undefined;
}
