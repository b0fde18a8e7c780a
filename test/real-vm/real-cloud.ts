// The local cloud in this process, whose VMs are real ones, and a desk that uses it.
import { mkdirSync, readFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { startCloud } from '../../deploy/local/cloud';
import { acquireLock } from '../../deploy/local/process/acquire-lock';
import { readSettings } from '../../deploy/local/process/settings';
import { systemClock, type Clock } from '../../deploy/local/shared/clock';
import { openLogFile } from '../../deploy/local/state/log-file';
import { markStateFolder } from '../../deploy/local/state/state-folder';
import { newDesk, type Desk } from '../local/desk';
import { findImage } from './image';
import { newNetwork, type Network } from './network';
import { qemuVms } from './qemu';
import { findSnapshot, type Snapshot } from './snapshot';

export interface RealCloud {
  desk: Desk;
  network: Network;
  /** What an attempt's VM has printed on its serial console so far. `run`: or the build of an image, or an instance with its VM. */
  console(run: string, attempt: number): string;
  /** Resets an attempt's VM. */
  reset(run: string, attempt: number): Promise<void>;
  /** While it is true, the minutes of maxRunDuration pass at once. */
  limits: { hurry: boolean };
  close(): Promise<void>;
}

export interface RealCloudOptions {
  /** mymlops.yml. */
  config: string;
  /** New VMs boot the bare image; by default they start from the snapshot, which has git, pip and needrestart. */
  bootsImage?: boolean;
}

const DIST = join(__dirname, '../../deploy/local/dist');
const FUNCTIONS = join(__dirname, '../../functions/dist/functions.zip');

/** The only timers of a minute are those that count how long a VM has run (deploy/local/compute/run-limit.ts). */
const MINUTE_MS = 60_000;

function clockWith(limits: RealCloud['limits']): Clock {
  return {
    now: systemClock.now,
    after: (delayMs, run) => systemClock.after(limits.hurry && delayMs === MINUTE_MS ? 0 : delayMs, run),
  };
}

export async function startRealCloud({ config, bootsImage = false }: RealCloudOptions): Promise<RealCloud> {
  const image = findImage();
  const snapshot: Snapshot | undefined = bootsImage ? undefined : await findSnapshot(image);
  const desk = await newDesk({ isCold: true, config });
  const folder = desk.home;
  const consoles = process.env['MYMLOPS_CONSOLES'] ?? join(desk.project, '../consoles');
  mkdirSync(consoles, { recursive: true });
  const consoleFile = (run: string, attempt: string | number): string => join(consoles, `${run}-${attempt}.log`);
  const network = newNetwork();
  const lock = await acquireLock({ folder, patienceMs: 1000 });
  if (lock === null) throw new Error(`${folder} is in use`);
  const settings = readSettings(['--state', folder, '--sweep-seconds', '2'], FUNCTIONS);
  markStateFolder(folder, settings.deployment);
  const vms = qemuVms({
    ...{ image, network, snapshot: () => snapshot },
    consoleOf: ({ metadata }) =>
      consoleFile(
        metadata['mymlops-run'] ?? metadata['mymlops-build'] ?? metadata['mymlops-instance'] ?? '',
        metadata['mymlops-attempt'] ?? metadata['mymlops-vm'] ?? '',
      ),
  });
  const limits = { hurry: false };
  const cloud = await startCloud({
    settings,
    functionsHost: join(DIST, 'functions-host.mjs'),
    clock: clockWith(limits),
    log: openLogFile(folder),
    isOurs: lock.isOurs,
    onIdle: () => undefined,
    vmRunner: vms,
  });
  const { storage, pubsub, secrets } = desk.endpoints();
  network.addresses = { storage, pubsub, secrets };
  return {
    desk,
    network,
    limits,
    console(run, attempt) {
      const file = consoleFile(run, attempt);
      return existsSync(file) ? readFileSync(file, 'utf8') : '';
    },
    reset: (run, attempt) => vms.reset(consoleFile(run, attempt)),
    async close() {
      await cloud.close();
      lock.release();
      await desk.close();
    },
  };
}
