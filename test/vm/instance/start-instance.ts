// The VM of an instance for tests: a fake Google, and the real scripts of the kind with shorter times.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  base64,
  INSTANCE_OBJECTS,
  instanceReport,
  instanceVmPrefix,
  type InstanceMetadata,
  type InstanceReport,
} from '@mymlops/protocol';
import type { VmGoogle, VmProtocol } from '../../fakes/vm-google';
import {
  deployedScripts,
  launchVm,
  prepareVm,
  vmMetadata,
  type LocalVm,
  type Prepared,
  type ProcessOptions,
} from '../local-vm';

const SCRIPTS = deployedScripts('instance');
const UID = 'abc123';
export const INSTANCE_PREFIX = instanceVmPrefix('cpu1', UID, 1);

export type InstanceGoogle = VmGoogle<InstanceReport>;
type State = InstanceReport['state'];

const INSTANCE_PROTOCOL: VmProtocol<InstanceReport> = { reports: instanceReport, prefix: 'instances/' };

export interface InstanceVm extends LocalVm<InstanceReport> {
  state(): State;
  /** Resolves when a report holds it. */
  until(what: string, holds: (state: State) => boolean): Promise<void>;
  sentLog(): string;
  /** The control plane's word: seconds, and the number of a proposal. */
  tell(control: Record<string, string | number>): void;
  /** Switches it off, and on again with its disk. */
  boot(): Promise<InstanceVm>;
}

export interface Service {
  name: string;
  port: number;
  path?: string;
  tokenVariable?: string;
  command: string;
}

export interface InstanceOptions extends ProcessOptions {
  setup?: string;
  start?: string;
  services?: Service[];
  metadata?: Partial<InstanceMetadata>;
  /** Seconds in place of those of the scripts' constants. */
  constants?: Record<string, number>;
  prepare?(google: InstanceGoogle, folder: string): void;
}

const serviceLine = ({ name, port, path = '/', tokenVariable = '-', command }: Service): string =>
  `${name} ${port} ${base64(path)} ${tokenVariable} ${base64(command)}\n`;

/** Starts the VM of an instance. Torn down by destroyVms. */
export async function startInstance(options: InstanceOptions = {}): Promise<InstanceVm> {
  const prepared = await prepareVm(INSTANCE_PROTOCOL);
  const { google, folder } = prepared;
  const { setup, start, services = [] } = options;
  const metadata: Partial<InstanceMetadata> = {
    ...vmMetadata(google, options),
    'mymlops-instance': 'cpu1',
    'mymlops-uid': UID,
    'mymlops-vm': '1',
    'mymlops-period': '1',
    'mymlops-idle-seconds': '3600',
    'mymlops-soft-stop-seconds': '86400',
    'mymlops-services-64': base64(services.map(serviceLine).join('')),
    ...(setup !== undefined && { 'mymlops-setup-64': base64(setup) }),
    ...(start !== undefined && { 'mymlops-start-64': base64(start) }),
    ...options.metadata,
  };
  for (const [key, value] of Object.entries(metadata)) google.attributes.set(key, value);
  options.prepare?.(google, folder);
  return bootInstance(prepared, options);
}

let told = 0;

function bootInstance(prepared: Prepared<InstanceReport>, options: InstanceOptions): InstanceVm {
  const { google, folder } = prepared;
  const begun = google.reports.length;
  const scripts = mkdtempSync(join(folder, 'scripts-'));
  for (const name of ['agent.sh', 'shutdown.sh']) {
    writeFileSync(join(scripts, name), withConstants(readFileSync(join(SCRIPTS, name), 'utf8'), options.constants));
  }
  const vm = launchVm(prepared, { ...options, scripts });
  const reports = (): InstanceReport[] => google.reports.slice(begun).filter(({ writer }) => writer === 'agent');
  const newest = (): InstanceReport => {
    const found = reports().at(-1);
    if (!found) throw new Error(`no report\n${vm.log()}`);
    return found;
  };
  return {
    ...vm,
    newest,
    state: () => newest().state,
    until: (what, holds) =>
      google.until(
        () => `${what}: ${JSON.stringify(reports().at(-1)?.state)}\n${vm.log()}`,
        () => reports().some(({ state }) => holds(state)),
        40_000,
      ),
    sentLog: () => google.text(`${INSTANCE_PREFIX}${INSTANCE_OBJECTS.log}`),
    tell(control) {
      told += 1;
      const lines = Object.entries({ told: new Date(told).toISOString(), ...control });
      google.setAttribute('mymlops-control', lines.map(([name, value]) => `${name}=${value}\n`).join(''));
    },
    async boot() {
      process.kill(vm.agent.pid ?? 0, 'SIGTERM');
      await vm.exited;
      return bootInstance(prepared, options);
    },
  };
}

function withConstants(script: string, constants: Record<string, number> = {}): string {
  return Object.entries(constants).reduce((text, [name, value]) => {
    const pattern = new RegExp(`^readonly ${name}=\\d+`, 'm');
    return text.replace(pattern, `readonly ${name}=${value}`);
  }, script);
}

/** A port of this computer on which nothing listens now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
