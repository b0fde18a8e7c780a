// A Compute stand-in on a folder of its own, and what the tests say to it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../../../deploy/local/shared/clock';
import { startCompute, type ComputeOptions, type ComputeService } from '../../../../deploy/local/compute';
import { startMetadata } from '../../../../deploy/local/metadata';
import type { Log } from '../../../../deploy/local/shared/log';
import { createHarness, TOKEN } from '../harness';

export const ZONE = 'local-a';

/** A REST resource, as far as tests look at it. */
export interface Resource {
  [key: string]: any; // oxlint-disable-line typescript/no-explicit-any -- answers are looked at field by field
}

export interface Answer {
  status: number;
  body: Resource;
}

export interface Cloud {
  folder: string;
  service: ComputeService;
  /** Messages logged with severity ERROR. A test that expects one takes it out; any left fails it in `end`. */
  errors: string[];
  /** A call of the owner below the project's URL. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** A call that must succeed; the answer's body. */
  ok(method: string, path: string, body?: unknown): Promise<Resource>;
  /** Inserts a VM and waits for the end of the operation; returns the VM. */
  insert(body: Resource): Promise<Resource>;
  /** A call that must succeed, and the end of its operation. */
  done(method: string, path: string, body?: unknown): Promise<Resource>;
  vmFolder(vm: Resource): string;
  serialLog(vm: Resource): string;
  /** Ends the service and starts another on the same folder. */
  restart(): Promise<void>;
  /** Kills all VMs, ends the service, removes the folder. */
  end(): Promise<void>;
}

export type CloudOptions = Partial<ComputeOptions> & { clock?: Clock; folder?: string };

export async function startCloud(options: CloudOptions = {}): Promise<Cloud> {
  const { folder: given, clock, ...computeOptions } = options;
  const harness = createHarness(given);
  const { folder } = harness;
  const errors: string[] = [];
  const log: Log = (severity, message, fields = {}) => {
    if (severity === 'ERROR') errors.push(`${message} ${JSON.stringify(fields)}`);
  };
  const start = (): Promise<ComputeService> =>
    startCompute({
      ...harness.options({ log, ...(clock && { clock }) }),
      operationDelayMs: 4,
      startMetadata,
      ...computeOptions,
    });

  const cloud: Cloud = {
    folder,
    errors,
    service: await start(),
    async call(method, path, body, headers = {}) {
      const response = await fetch(`http://${cloud.service.address}/compute/v1/projects/local${path}`, {
        method,
        headers: {
          authorization: `Bearer ${TOKEN}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      return { status: response.status, body: (await response.json()) as Resource };
    },
    async ok(method, path, body) {
      const answer = await cloud.call(method, path, body);
      if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${answer.body.error?.message}`);
      return answer.body;
    },
    async done(method, path, body) {
      const operation = await cloud.ok(method, path, body);
      const scope = operation.zone === undefined ? 'global' : `zones/${operation.zone.split('/').at(-1)}`;
      return cloud.ok('POST', `/${scope}/operations/${operation.name}/wait`);
    },
    async insert(body) {
      const operation = await cloud.done('POST', `/zones/${ZONE}/instances`, body);
      expect(operation.error).toBeUndefined();
      return cloud.ok('GET', `/zones/${ZONE}/instances/${body.name}`);
    },
    vmFolder: (vm) => join(folder, 'vms', vm.id),
    serialLog: (vm) => readFileSync(join(folder, 'vms', vm.id, 'serial.log'), 'utf8'),
    async restart() {
      await cloud.service.close();
      cloud.service = await start();
    },
    async end() {
      await cloud.service.destroyAll();
      await cloud.service.close();
      await harness.end();
      expect(errors).toEqual([]);
    },
  };
  return cloud;
}

export interface VmWish {
  name?: string;
  startup?: string;
  shutdown?: string;
  metadata?: Record<string, string>;
  labels?: Record<string, string>;
  scheduling?: Resource;
  autoDelete?: boolean;
  machineType?: string;
}

/** The body of an insert as mymlops sends it, with changes. */
export function vmBody(wish: VmWish = {}): Resource {
  const { name = 'vm', labels = {}, machineType = 'this-computer', autoDelete = true } = wish;
  const scripts = { 'startup-script': wish.startup, 'shutdown-script': wish.shutdown };
  const metadata = Object.entries({ ...wish.metadata, ...scripts }).filter(([, value]) => value !== undefined);
  return {
    name,
    machineType: `zones/${ZONE}/machineTypes/${machineType}`,
    labels,
    metadata: { items: metadata.map(([key, value]) => ({ key, value })) },
    disks: [{ boot: true, autoDelete, initializeParams: { sourceImage: 'projects/p/global/images/i', labels } }],
    networkInterfaces: [{ network: 'global/networks/default' }],
    serviceAccounts: [{ email: 'default', scopes: ['https://www.googleapis.com/auth/cloud-platform'] }],
    scheduling: wish.scheduling ?? {},
  };
}

export const SPOT = { provisioningModel: 'SPOT', instanceTerminationAction: 'STOP' };

/** Whether a process runs; one that ended but was not collected does not. */
export function isRunning(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}
