// Claims on a state folder: who counts as running.
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { claimFolder } from '../../../../deploy/local/state/lock';
import { identityOf, isRunning } from '../../../../deploy/local/shared/process-identity';
import { bundleProgram } from '../../../bundle';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ownership-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a claim is given back', () => {
  const claim = claimFolder(folder);
  expect(claim).toHaveProperty('ownership');
  expect(readdirSync(join(folder, 'owners'))).toEqual([identityOf(process.pid)]);
  if ('ownership' in claim) claim.ownership.release();
  expect(readdirSync(folder)).toEqual([]);
});

test('a running process keeps its claim, a killed one loses it', async () => {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('close', resolve));
  try {
    const identity = identityOf(child.pid ?? 0) ?? '';
    mkdirSync(join(folder, 'owners'));
    writeFileSync(join(folder, 'owners', identity), '');
    expect(claimFolder(folder)).toEqual({ ownerPids: [child.pid] });
    expect(readdirSync(join(folder, 'owners'))).toEqual([identity]);
    child.kill('SIGKILL');
    await ended;
    expect(claimFolder(folder)).toHaveProperty('ownership');
    expect(readdirSync(join(folder, 'owners'))).toEqual([identityOf(process.pid)]);
  } finally {
    child.kill('SIGKILL');
  }
});

test('of many that claim and leave at once none fails, and never are two the owner', async () => {
  const program = await bundleProgram(join(__dirname, 'claim-child.ts'), folder);
  const child = async () => promisify(execFile)(process.execPath, [program, folder, '1000']);
  const outcomes = await Promise.all([child(), child(), child(), child()]);
  expect(outcomes.map(({ stdout, stderr }) => [stdout, stderr])).toEqual(outcomes.map(() => ['0', '']));
});

test('a pid that is another process now is not the owner', () => {
  expect(isRunning(identityOf(process.pid) ?? '')).toBe(true);
  expect(isRunning(`${process.pid}.some-other-start`)).toBe(false);
  expect(isRunning('no identity')).toBe(false);
});
