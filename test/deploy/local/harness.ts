// What the suites of all stand-ins share: a folder, the owner's token, a log that tests can read, and an end that closes
// and removes everything.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { namesOf } from '@mymlops/protocol';
import { createAuth } from '../../../deploy/local/shared/auth';
import { systemClock } from '../../../deploy/local/shared/clock';
import type { Log, Severity } from '../../../deploy/local/shared/log';
import { createRights } from '../../../deploy/local/shared/rights';
import type { Service, ServiceOptions } from '../../../deploy/local/shared/service';
import { BUCKETS } from '../../fakes/buckets';

export const TOKEN = 'owner-token-of-the-tests-0123456789';
export const auth = createAuth(TOKEN);
export const PROJECT = 'local';
export const BUCKET = BUCKETS.results;

export interface LogLine {
  severity: Severity;
  message: string;
  fields: Record<string, string | number | boolean>;
}

export const RIGHTS = createRights({ ...namesOf(PROJECT, 'mymlops'), buckets: BUCKETS });

/** The options of a service on `folder`: any port, the real clock, no log. */
export const serviceOptions = (folder: string, overrides: Partial<ServiceOptions> = {}): ServiceOptions => ({
  ...{ folder, port: 0, auth, rights: RIGHTS, clock: systemClock, log: () => undefined },
  ...overrides,
});

export interface Harness {
  folder: string;
  logs: LogLine[];
  /** As `serviceOptions`, on the harness's folder and with its log. */
  options(overrides?: Partial<ServiceOptions>): ServiceOptions;
  /** Closes the service at the end. A test may close it before, and start the next one on the same folder. */
  started<S extends Service>(starting: Promise<S>): Promise<S>;
  /** Runs at the end, last registered first. */
  defer(cleanUp: () => unknown): void;
  /** Does what was deferred and removes the folder. */
  end(): Promise<void>;
}

/** `folder`: by default a new one. */
export function createHarness(folder: string = mkdtempSync(join(tmpdir(), 'stand-in-'))): Harness {
  const logs: LogLine[] = [];
  const log: Log = (severity, message, fields = {}) => void logs.push({ severity, message, fields });
  const cleanUps: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  return {
    folder,
    logs,
    options: (overrides) => serviceOptions(folder, { log, ...overrides }),
    async started(starting) {
      const service = await starting;
      let closing: Promise<void> | undefined;
      const close = (): Promise<void> => (closing ??= service.close());
      cleanUps.push(close);
      return { ...service, close };
    },
    defer: (cleanUp) => void cleanUps.push(cleanUp),
    async end() {
      for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
    },
  };
}

/** Resolves when `holds`; fails after `limitMs`. */
export async function eventually(holds: () => unknown, what?: string, limitMs = 20_000): Promise<void> {
  for (const endMs = Date.now() + limitMs; !(await holds());) {
    if (Date.now() > endMs) throw new Error(`did not come true in ${limitMs} ms: ${what ?? holds.toString()}`);
    await pause(2);
  }
}
