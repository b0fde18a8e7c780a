// A project from nothing: what `init` writes is committed, without git and in a fresh git repository.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunDocument } from '@mymlops/protocol';
import { type Desk, expectOk, newDesk } from './desk';

let desk: Desk;
beforeAll(async () => {
  desk = await newDesk();
  // The desk's own configuration would be found above the new folders.
  rmSync(join(desk.project, 'mymlops.yml'));
});
afterAll(() => desk.close());

async function commitHello(folder: string, repository: string): Promise<void> {
  const done = expectOk(await desk.client('commit', `${folder}/notebooks/hello.ipynb`, '-p', 'name=Ada', '--json'));
  const [{ run, metrics }] = JSON.parse(done.stdout) as [{ run: string; metrics: object }];
  // The template says that they are shown with the run.
  expect(metrics).toEqual({ letters: 3 });
  expect(done.stderr).toContain('\n  letters 3\n');
  expect(expectOk(await desk.client('show', run)).stdout).toMatch(/^metrics +letters 3$/m);
  const document: RunDocument = await desk.show(run);
  expect(document).toMatchObject({ status: 'succeeded', publication: { state: 'done' } });
  const published = ['-C', join(desk.home, 'repositories', repository), 'show', `main:${run}/metrics.json`];
  expect(JSON.parse(execFileSync('git', published, { encoding: 'utf8' }))).toEqual({ letters: 3 });
}

test('in a folder that is new, without git', async () => {
  const made = expectOk(await desk.client('init', "it's new"));
  expect(made.stdout).toBe('');
  expect(made.stderr).toContain('written: mymlops.yml\n');
  expect(made.stderr).toContain(String.raw`cd 'it'\''s new' && mymlops-client commit notebooks/hello.ipynb`);
  expect(statSync(join(desk.project, "it's new/run.sh")).mode & 0o100).toBe(0o100);
  await commitHello("it's new", 'it-s-new.git');
});

test('in a fresh git repository; a second time nothing is changed', async () => {
  const folder = join(desk.project, 'fresh');
  mkdirSync(folder);
  execFileSync('git', ['init', '-q', folder]);
  expectOk(await desk.client('init', 'fresh'));
  const ignored = (path: string): string =>
    execFileSync('git', ['-C', folder, 'check-ignore', path], { encoding: 'utf8' });
  expect(ignored('notebooks/metrics.json')).toBe('notebooks/metrics.json\n');
  await commitHello('fresh', 'fresh.git');
  const again = expectOk(await desk.client('init', 'fresh', '--json'));
  expect(JSON.parse(again.stdout)).toEqual({
    folder,
    written: [],
    left: ['mymlops.yml', 'run.sh', 'run_notebook.py', 'prepare_notebook.py', 'notebooks/hello.ipynb'],
    outdated: [],
    ignored: [],
  });
});

test('what is there is left, and .gitignore gets only what it lacks', async () => {
  const folder = join(desk.project, 'there');
  mkdirSync(folder);
  writeFileSync(join(folder, 'run.sh'), '#!/bin/sh\ntrue\n');
  writeFileSync(join(folder, '.gitignore'), 'data/\n.env');
  const { stderr } = expectOk(await desk.client('init', 'there'));
  expect(stderr).toContain('unchanged: run.sh\n');
  expect(readFileSync(join(folder, 'run.sh'), 'utf8')).toBe('#!/bin/sh\ntrue\n');
  const lines = readFileSync(join(folder, '.gitignore'), 'utf8').split('\n');
  expect(lines.slice(0, 3)).toEqual(['data/', '.env', 'notebooks/artifacts/']);
  expect(lines.filter((line) => line === '.env')).toHaveLength(1);
  await commitHello('there', 'there.git');
});

test('letters of any alphabet: results arrive in a repository of that name; a second folder of that name has its own', async () => {
  for (const [parent, repository] of [
    ['a', 'données-實驗.git'],
    ['b', 'données-實驗-2.git'],
  ] as const) {
    const folder = `${parent}/données 實驗`;
    mkdirSync(join(desk.project, folder), { recursive: true });
    expectOk(await desk.client('init', folder));
    await commitHello(folder, repository.replace('données', 'donnees'));
  }
});

test('inside a project: a line says what the new one is, and how to undo it', async () => {
  expectOk(await desk.client('init', 'outer'));
  const { stderr } = expectOk(await desk.client('init', 'outer/inner'));
  const outer = join(desk.project, 'outer');
  expect(stderr).toContain(`${join(outer, 'inner')} is inside the project ${outer}. It is now a project of its own: `);
  expect(stderr).toContain(`To undo this: rm '${join(outer, 'inner/mymlops.yml')}'`);
});

test('a file instead of the folder', async () => {
  desk.write('a file', '');
  const { code, stderr } = await desk.client('init', 'a file');
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: `${join(desk.project, 'a file')} is a file. Choose a folder, or a new name.\n`,
  });
});
