import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writeProject } from '../../../client/src/init/write-project';
import { useTempFolders, writeFiles } from '../temp-folder';

const tempFolder = useTempFolders();
const TEMPLATES = join(__dirname, '../../../client/dist/templates');
const commandIn = (folder: string): string | undefined =>
  /^ {2}command: (.*)$/m.exec(readFileSync(join(folder, 'mymlops.yml'), 'utf8'))?.[1];

test("somebody's own run.sh was taken for the runner: the first notebook could not run", () => {
  const folder = tempFolder();
  writeFiles(folder, { 'run.sh': '#!/bin/sh\nrm -rf build\n' });
  const { written, left } = writeProject(folder, TEMPLATES);
  expect({ written, left }).toEqual({
    written: ['mymlops.yml', 'run_notebook.sh', 'run_notebook.py', 'notebooks/hello.ipynb'],
    left: ['run.sh'],
  });
  expect(commandIn(folder)).toBe('./run_notebook.sh');
  expect(statSync(join(folder, 'run_notebook.sh')).mode & 0o100).toBe(0o100);
  expect(readFileSync(join(folder, 'run.sh'), 'utf8')).toBe('#!/bin/sh\nrm -rf build\n');
  expect(writeProject(folder, TEMPLATES).written).toEqual([]);
});

test('a run.sh that is ours, and may be executed, is the runner', () => {
  const folder = tempFolder();
  writeFiles(folder, { 'run.sh': readFileSync(join(TEMPLATES, 'run.sh')) });
  chmodSync(join(folder, 'run.sh'), 0o755);
  expect(writeProject(folder, TEMPLATES).left).toEqual(['run.sh']);
  expect(commandIn(folder)).toBe('./run.sh');
});

test('without a free name for the runner nothing is written', () => {
  const folder = tempFolder();
  writeFiles(folder, { 'run.sh': '1', 'run_notebook.sh': '2', 'mymlops_run.sh': '3' });
  expect(() => writeProject(folder, TEMPLATES)).toThrow('Rename one of them.');
  expect(existsSync(join(folder, 'mymlops.yml'))).toBe(false);
});

test('what was in the way was found half-way: mymlops.yml and run.sh were written already', () => {
  const folder = tempFolder();
  writeFiles(folder, { notebooks: '' });
  expect(() => writeProject(folder, TEMPLATES)).toThrow(
    `${join(folder, 'notebooks')} is a file, and a folder of that name is needed. Move it away, or name another folder.`,
  );
  expect(readdirSync(folder)).toEqual(['notebooks']);
});

test.each(['.gitignore', 'run_notebook.py', 'mymlops.yml'])(
  'a folder in the place of %s: nothing is written',
  (name) => {
    const folder = tempFolder();
    mkdirSync(join(folder, name));
    expect(() => writeProject(folder, TEMPLATES)).toThrow(`${join(folder, name)} is a folder, and a file`);
    expect(readdirSync(folder)).toEqual([name]);
  },
);

test('beside mymlops.yaml a second configuration was written', () => {
  const folder = tempFolder();
  writeFiles(folder, { 'mymlops.yaml': 'commit: {command: x}' });
  expect(() => writeProject(folder, TEMPLATES)).toThrow('Rename it: mv mymlops.yaml mymlops.yml');
  expect(readdirSync(folder)).toEqual(['mymlops.yaml']);
});
