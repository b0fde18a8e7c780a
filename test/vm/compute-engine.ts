// The scripts as they behave on Compute Engine, where they change the system: here what they change is in a folder.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deployedScripts, type ProcessOptions } from './local-vm';

export interface System {
  /** For startVm. */
  options: Required<Pick<ProcessOptions, 'scripts' | 'tools'>>;
  /** A file of the system, such as `dev/console`; empty if it was not written. */
  file(path: string): string;
}

/** A variable that is unset. */
export const UNMARKED = '${MYMLOPS_UNMARKED:-}';

/** Programs of the system that must not run here. Each notes its arguments in the file of its name. */
const NOTED = ['apt-get', 'systemctl', 'journalctl', 'cloud-init', 'fstrim'];

/** `state` is what systemctl says of the system. The disk of the VM, which a build scrubs, is `system` in `folder`. */
export function aSystem(folder: string, state = 'running', kind: 'run' | 'image' = 'run'): System {
  const system = join(folder, 'system');
  for (const path of ['sys', 'run', 'dev', 'opt', 'etc', 'root', 'scripts']) {
    mkdirSync(join(system, path), { recursive: true });
  }
  writeFileSync(join(system, 'sys/product_name'), 'Google Compute Engine\n');
  const places: [string, string][] = [
    ['/sys/class/dmi/id/product_name', `${system}/sys/product_name`],
    ['/run/mymlops', `${system}/run/mymlops`],
    ['/dev/console', `${system}/dev/console`],
    ['/opt/mymlops', `${system}/opt/mymlops`],
    ['/etc/needrestart', `${system}/etc/needrestart`],
    ['HOME=/root', `HOME=${system}/root`],
    ['${MYMLOPS_VM:-}', UNMARKED], // by which the local cloud marks a VM of its own
    ['readonly DISK=/\n', `readonly DISK='${system}'\n`],
    ['/proc/sysrq-trigger', `${system}/sysrq`],
    ['[ -w "$DISK" ]', `[ ! -s '${system}/sysrq' ]`], // root may write everywhere else
    ['shutdown -h now || poweroff', `echo off >>'${system}/power'`],
    [`>${system}/dev/console`, `>>${system}/dev/console`],
  ];
  for (const script of ['agent.sh', 'shutdown.sh']) {
    const text = places.reduce(
      (changed, [from, to]) => changed.replaceAll(from, to),
      readFileSync(join(deployedScripts(kind), script), 'utf8'),
    );
    if (/shutdown -h|poweroff|HOME=\/root|DISK=\/$|scrub \/|\/proc\/sysrq/m.test(text))
      throw new Error(`${script} would change this computer`);
    writeFileSync(join(system, 'scripts', script), text, { mode: 0o755 });
  }
  const noted = (name: string): string =>
    `echo "$*" >>'${system}/${name}'; echo "${name} $*" >>'${system}/calls'; case $* in *is-system-running*) echo ${state} ;; esac; exit 0`;
  return {
    options: {
      scripts: join(system, 'scripts'),
      tools: Object.fromEntries(NOTED.map((name) => [name, noted(name)])),
    },
    file(path) {
      const file = join(system, path);
      return existsSync(file) ? readFileSync(file, 'utf8') : '';
    },
  };
}
