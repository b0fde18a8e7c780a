// Runs the VMs of the local Compute as real ones, under QEMU without KVM: software emulation, as KVM is not there everywhere.
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOf, VM_MARK } from '../../deploy/local/compute/process-table';
import type { VmRunner, VmToRun } from '../../deploy/local/compute/vm-runner';
import type { Image } from './image';
import { openGateway, type Gateway, type Network } from './network';
import { qmp } from './qmp';

export interface QemuOptions {
  image: Image;
  network: Network;
  /** Where the serial consoles are written, `<run>-<attempt>.log`: a VM's own folder goes with its disk. */
  consoles: string;
}

/** The address of this computer, as VMs see it; etc/hosts of the image gives it Google's names. */
const THIS_COMPUTER = '169.254.169.2';
const METADATA = '169.254.169.254';
const KERNEL_LINE = 'root=/dev/vda rw console=ttyS0 net.ifnames=0 quiet mitigations=off';

export function qemuVms({ image, network, consoles }: QemuOptions): VmRunner {
  const ended = new Map<string, Promise<void>>();
  // The path of a socket is limited to 108 bytes.
  const sockets = mkdtempSync(join(tmpdir(), 'mymlops-qemu-'));
  const socketOf = (vm: VmToRun): string => join(sockets, vm.vmId);

  return {
    async start(vm, onEnd) {
      const gateway = await openGateway(network, vm.metadataPort);
      mkdirSync(consoles, { recursive: true });
      const console = join(consoles, `${vm.metadata['mymlops-run']}-${vm.metadata['mymlops-attempt']}.log`);
      const errors = openSync(`${console}.errors`, 'a');
      const child = spawn('nice', ['-n', '10', 'qemu-system-x86_64', ...hardware(vm, gateway, console)], {
        cwd: vm.folder,
        env: { PATH: process.env['PATH'], HOME: vm.folder, [VM_MARK]: vm.vmId },
        detached: true,
        stdio: ['ignore', errors, errors],
      });
      closeSync(errors);
      child.once('error', () => undefined); // seen below: there is no pid
      if (child.pid === undefined) throw new Error('QEMU could not be started');
      ended.set(
        vm.vmId,
        new Promise((resolve) => {
          child.once('exit', () => {
            gateway.close();
            resolve();
            onEnd();
          });
        }),
      );
      return { pid: child.pid, identity: startOf(child.pid) ?? '' };
    },
    async shutDown(vm) {
      await qmp(socketOf(vm), { execute: 'system_powerdown' });
      await ended.get(vm.vmId);
    },
  };

  function hardware(vm: VmToRun, gateway: Gateway, console: string): string[] {
    const disk = join(vm.folder, 'disk.qcow2');
    if (!existsSync(disk)) {
      execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', image.disk, '-F', 'raw', disk]);
    }
    const forward = `guestfwd=tcp:${METADATA}:80-cmd:socat STDIO TCP:127.0.0.1:${gateway.port}`;
    const net = `user,id=net,net=169.254.169.0/24,host=${THIS_COMPUTER},dhcpstart=169.254.169.15,${forward}`;
    return [
      ...[
        '-accel',
        'tcg,thread=multi',
        '-cpu',
        'qemu64,+rdrand',
        '-m',
        '768',
        '-nodefaults',
        '-display',
        'none',
        '-vga',
        'none',
      ],
      ...['-smbios', 'type=1,manufacturer=Google,product=Google Compute Engine'],
      ...['-kernel', image.kernel, '-initrd', image.initrd, '-append', KERNEL_LINE],
      ...['-drive', `file=${disk},format=qcow2,if=virtio,cache=unsafe`],
      ...['-netdev', net, '-device', 'virtio-net-pci,netdev=net,romfile='],
      ...['-chardev', `file,id=console,path=${console},append=on`, '-serial', 'chardev:console'],
      ...['-qmp', `unix:${socketOf(vm)},server=on,wait=off`],
    ];
  }
}
