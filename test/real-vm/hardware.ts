// The command line of QEMU: software emulation, as not every computer has KVM.
import { join } from 'node:path';
import type { Image } from './image';
import { VM_ADDRESS } from './network';

export interface Machine {
  image: Image;
  /** A file in qcow2 on top of the image's disk. */
  disk: string;
  /** The file to which the serial console is appended. */
  console: string;
  /** The folder of the sockets `qmp` and `gate`; their paths are limited to 108 bytes. */
  sockets: string;
  /** What listens on this computer for what the VM sends to its metadata server. */
  gatewayPort: number;
  /** More words of the kernel's line. */
  kernelLine?: string;
}

/** The address of this computer, as VMs see it; etc/hosts of the image gives it Google's names. */
const THIS_COMPUTER = '169.254.169.2';
const METADATA = '169.254.169.254';
const KERNEL_LINE = 'root=/dev/vda rw console=ttyS0 net.ifnames=0 quiet mitigations=off';

/** Old instructions are emulated faster than new ones. */
const CPU = 'qemu64,+rdrand';

export function qemuOptions({ image, disk, console, sockets, gatewayPort, kernelLine = '' }: Machine): string[] {
  const forward = `guestfwd=tcp:${METADATA}:80-cmd:socat STDIO TCP:127.0.0.1:${gatewayPort}`;
  const net = `user,id=net,net=169.254.169.0/24,host=${THIS_COMPUTER},dhcpstart=${VM_ADDRESS},${forward}`;
  return [
    ...['-accel', 'tcg,thread=multi', '-cpu', CPU, '-m', '768', '-nodefaults', '-display', 'none', '-vga', 'none'],
    ...['-smbios', 'type=1,manufacturer=Google,product=Google Compute Engine'],
    ...['-kernel', image.kernel, '-initrd', image.initrd, '-append', `${KERNEL_LINE} ${kernelLine}`],
    ...['-drive', `file=${disk},format=qcow2,if=virtio,cache=unsafe`],
    ...['-netdev', net, '-device', 'virtio-net-pci,netdev=net,romfile='],
    ...['-chardev', `file,id=console,path=${console},append=on`, '-serial', 'chardev:console'],
    ...['-chardev', `socket,id=gate,path=${join(sockets, 'gate')},server=on,wait=off`, '-serial', 'chardev:gate'],
    ...['-qmp', `unix:${join(sockets, 'qmp')},server=on,wait=off`],
  ];
}
