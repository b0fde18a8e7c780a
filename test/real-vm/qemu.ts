// Runs the VMs of the local Compute as real ones, under QEMU.
import { execFile, spawn } from 'node:child_process';
import { closeSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, openSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startOf, VM_MARK } from '../../deploy/local/compute/process-table';
import type { VmRunner, VmToRun } from '../../deploy/local/compute/vm-runner';
import { until } from '../local/desk';
import { qemuOptions } from './hardware';
import type { Image } from './image';
import { openGateway, type Network } from './network';
import { qmp } from './qmp';
import { newDisk, type Snapshot } from './snapshot';

export interface QemuOptions {
  image: Image;
  /** A new VM starts from it, unless it has an image of its own; undefined: it boots the image. Asked for at each start. */
  snapshot(): Snapshot | undefined;
  network: Network;
  /** Where the serial consoles are written: a VM's own folder goes with its disk. */
  consoleOf(vm: VmToRun): string;
}

export interface QemuVms extends VmRunner {
  /** Resets the VM with this console, as Compute Engine's `instances.reset` does: nobody tells its system. */
  reset(console: string): Promise<void>;
}

export function qemuVms({ image, snapshot, network, consoleOf }: QemuOptions): QemuVms {
  const running = new Map<string, string>();
  const ended = new Map<string, Promise<void>>();
  const sockets = mkdtempSync(join(tmpdir(), 'mymlops-qemu-'));
  const socketsOf = (vm: VmToRun): string => join(sockets, vm.vmId);

  return {
    async start(vm, onEnd) {
      const gateway = await openGateway(network, vm.metadataPort);
      mkdirSync(socketsOf(vm), { recursive: true });
      const disk = diskIn(vm.folder);
      const from = existsSync(disk) || vm.image !== undefined ? undefined : snapshot();
      // The blocks that the scrub of an image frees must not be in the image.
      const freeing = vm.metadata['mymlops-build'] !== undefined;
      if (from) newDisk(disk, from.disk, 'qcow2', { freeing });
      else if (!existsSync(disk) && vm.image !== undefined) copyFileSync(diskIn(vm.image), disk);
      else if (!existsSync(disk)) newDisk(disk, image.disk, 'raw', { freeing });
      const console = consoleOf(vm);
      running.set(console, join(socketsOf(vm), 'qmp'));
      // Google's disks take back what the VM frees. It changes nothing that a snapshot would not fit.
      const taking = `${disk},discard=unmap`;
      const options = qemuOptions({ image, disk: taking, console, sockets: socketsOf(vm), gatewayPort: gateway.port });
      const incoming = from ? ['-incoming', `exec:cat '${from.memory}'`] : [];
      const errors = openSync(`${console}.errors`, 'a');
      const child = spawn('nice', ['-n', '10', 'qemu-system-x86_64', ...options, ...incoming], {
        cwd: vm.folder,
        env: { PATH: process.env['PATH'], HOME: vm.folder, [VM_MARK]: vm.mark },
        detached: true,
        stdio: ['ignore', errors, errors],
      });
      closeSync(errors);
      child.once('error', () => undefined); // seen below: there is no pid
      if (child.pid === undefined) throw new Error('QEMU could not be started');
      const exited = new Promise<void>((resolve) =>
        child.once('exit', () => {
          gateway.close();
          onEnd();
          resolve();
        }),
      );
      ended.set(vm.vmId, exited);
      if (from) await Promise.race([openGate(socketsOf(vm)), exited]);
      return { pid: child.pid, identity: startOf(child.pid) ?? '' };
    },
    async shutDown(vm) {
      await qmp(join(socketsOf(vm), 'qmp'), { execute: 'system_powerdown' });
      await ended.get(vm.vmId);
    },
    keepImage: keepDisk,
    async reset(console) {
      await qmp(running.get(console) ?? '', { execute: 'system_reset' });
    },
  };
}

const diskIn = (folder: string): string => join(folder, 'disk.qcow2');

/** Copies the disk of a VM that is off, with all that it stands on: the VM may go, and so may the image that it was made of. */
export async function keepDisk(folder: string, image: string): Promise<void> {
  await promisify(execFile)('qemu-img', ['convert', '-q', '-O', 'qcow2', diskIn(folder), diskIn(image)]);
}

/** Lets a VM go on that waits in its snapshot, and tells it the time. */
async function openGate(sockets: string): Promise<void> {
  const control = join(sockets, 'qmp');
  const isLoaded = async (): Promise<true | undefined> => {
    if (!existsSync(control)) return undefined;
    const [answer] = await qmp(control, { execute: 'query-status' }).catch((error: NodeJS.ErrnoException) => {
      // QEMU makes the socket's file a moment before it listens.
      if (error.code === 'ECONNREFUSED') return [];
      throw error;
    });
    return (answer as { status: string } | undefined)?.status === 'paused' || undefined;
  };
  await until('the snapshot is loaded', isLoaded, 600);
  await qmp(control, { execute: 'cont' });
  const gate = connect(join(sockets, 'gate'));
  await new Promise<void>((resolve, reject) => {
    gate.once('error', reject);
    gate.end(`${Math.floor(Date.now() / 1000)}\n`, () => resolve());
  });
}
