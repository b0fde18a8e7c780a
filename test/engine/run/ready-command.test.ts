// The command with which a VM is ready.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readyCommandOf } from '../../../functions/src/engine/run/ready-command';

const machine = { provisioning: 'spot' } as const;
const accelerator = { type: 'nvidia-tesla-t4', count: 1 };

test.each([
  ['a VM without a GPU', { machine }, 'n1-standard-4', undefined],
  [
    'one with a GPU beside it',
    { machine: { ...machine, accelerator } },
    'n1-standard-4',
    expect.stringContaining('nvidia-smi'),
  ],
  ['one with a GPU in it', { machine }, 'g2-standard-4', expect.stringContaining('nvidia-smi')],
  ["the user's", { machine, readyCommand: 'true' }, 'g2-standard-4', 'true'],
  ["the user's, which is nothing", { machine, readyCommand: '' }, 'g2-standard-4', ''],
])('%s', (_what, request, machineType, command) => {
  expect(readyCommandOf(request, machineType)).toEqual(command);
});

describe('with a GPU', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'mymlops-ready-'))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const exitCode = (): number => {
    try {
      const command = readyCommandOf({ machine }, 'g2-standard-4') ?? '';
      execFileSync('/bin/sh', ['-c', command], { env: { PATH: folder }, stdio: 'ignore' });
      return 0;
    } catch (error) {
      return (error as { status: number }).status;
    }
  };
  const driver = (exit: number): void =>
    writeFileSync(join(folder, 'nvidia-smi'), `#!/bin/sh\nexit ${exit}\n`, { mode: 0o755 });

  test('it waits while the driver does not answer', () => {
    driver(9);
    expect(exitCode()).toBe(9);
    driver(0);
    expect(exitCode()).toBe(0);
  });
  test('an image without the driver is not waited for', () => expect(exitCode()).toBe(0));
});
