// The folder of Terraform: gone with its work, unless Terraform still lives there.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noteProcess, withWorkFolder } from '../../../../client/src/deployment/terraform/work-folder';

let parent: string;
beforeEach(() => (parent = mkdtempSync(join(tmpdir(), 'mymlops-work-folder-'))));
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const context = () => ({ beforeExit: new Set<() => void>() });

/** A process that lives until it is ended. */
function aProcess(): { pid: number; end(): Promise<void> } {
  const child = spawn('sleep', ['3600'], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  return {
    pid: child.pid ?? 0,
    async end() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

test('it is removed after the work, also where that fails, and at the exit', async () => {
  const ended = await withWorkFolder(context(), (folder) => Promise.resolve(folder), parent);
  expect(existsSync(ended)).toBe(false);
  let failed = '';
  const work = (folder: string): Promise<never> => Promise.reject(new Error((failed = folder)));
  await expect(withWorkFolder(context(), work, parent)).rejects.toThrow(parent);
  expect(existsSync(failed)).toBe(false);
  const leaving = context();
  await withWorkFolder(
    leaving,
    (folder) => {
      for (const leave of leaving.beforeExit) leave();
      return Promise.resolve(expect(existsSync(folder)).toBe(false));
    },
    parent,
  );
});

test('while Terraform works there it stays, and the next `deploy` removes it when Terraform has ended', async () => {
  const terraform = aProcess();
  const leaving = context();
  const folder = await withWorkFolder(
    leaving,
    (made) => {
      noteProcess(made, terraform.pid);
      for (const leave of leaving.beforeExit) leave();
      return Promise.resolve(made);
    },
    parent,
  );
  const next = () => withWorkFolder(context(), () => Promise.resolve(existsSync(folder)), parent);
  expect(await next()).toBe(true);
  await terraform.end();
  expect(await next()).toBe(false);
});

test('a folder of another name, or without a note, is left alone', async () => {
  for (const name of ['mymlops-deploy-longer-name', 'mymlops-deploy-abc123']) mkdirSync(join(parent, name));
  await withWorkFolder(context(), () => Promise.resolve(), parent);
  expect(existsSync(join(parent, 'mymlops-deploy-longer-name'))).toBe(true);
  expect(existsSync(join(parent, 'mymlops-deploy-abc123'))).toBe(true);
});
