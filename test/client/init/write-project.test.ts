import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { writeProject as writeProjectAt } from '../../../client/src/init/write-project';
import { asNobody } from '../as-nobody';
import { useTempFolders, writeFiles } from '../temp-folder';

const tempFolder = useTempFolders();
const TEMPLATES = join(__dirname, '../../../client/dist/templates');
/** No test's state folder is another's. */
const writeProject = (folder: string, templates: string, stateFolder = join(folder, '.state')) =>
  writeProjectAt(folder, { templates, stateFolder });
const commandIn = (folder: string): string | undefined =>
  /^ {2}command: (.*)$/m.exec(readFileSync(join(folder, 'mymlops.yml'), 'utf8'))?.[1];

test("somebody's own run.sh was taken for the runner: the first notebook could not run", () => {
  const folder = tempFolder();
  writeFiles(folder, { 'run.sh': '#!/bin/sh\nrm -rf build\n' });
  const { written, left } = writeProject(folder, TEMPLATES);
  expect({ written, left }).toEqual({
    written: ['mymlops.yml', 'run_notebook.sh', 'run_notebook.py', 'prepare_notebook.py', 'notebooks/hello.ipynb'],
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

test('the runner of an earlier client is left as it is, and named', () => {
  const folder = tempFolder();
  const earlier = readFileSync(join(__dirname, 'earlier/run.sh'));
  writeFiles(folder, { 'mymlops.yml': 'project: local\ncommit: {command: ./run.sh}\n', 'run.sh': earlier });
  expect(writeProject(folder, TEMPLATES).outdated).toEqual(['run.sh']);
  expect(readFileSync(join(folder, 'run.sh'))).toEqual(earlier);
  rmSync(join(folder, 'run.sh'));
  expect(writeProject(folder, TEMPLATES)).toMatchObject({ written: ['run.sh'], outdated: [] });
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
    `${join(folder, 'notebooks')} is a file, but a folder of that name is needed. Move it away, or choose another folder.`,
  );
  expect(readdirSync(folder)).toEqual(['notebooks']);
});

test.each(['.gitignore', 'run_notebook.py', 'prepare_notebook.py', 'mymlops.yml'])(
  'a folder where %s should be: nothing is written',
  (name) => {
    const folder = tempFolder();
    mkdirSync(join(folder, name));
    expect(() => writeProject(folder, TEMPLATES)).toThrow(`${join(folder, name)} is a folder, but a file`);
    expect(readdirSync(folder)).toEqual([name]);
  },
);

test('beside mymlops.yaml a second configuration was written', () => {
  const folder = tempFolder();
  writeFiles(folder, { 'mymlops.yaml': 'commit: {command: x}' });
  expect(() => writeProject(folder, TEMPLATES)).toThrow('Rename it: mv mymlops.yaml mymlops.yml');
  expect(readdirSync(folder)).toEqual(['mymlops.yaml']);
});

test.each(['notebooks', 'notebooks/hello.ipynb', 'mymlops.yml', 'run_notebook.py'])(
  '%s was a link that leads nowhere: half a project was written, or a file was missing',
  (name) => {
    const folder = tempFolder();
    writeFiles(folder, name.includes('/') ? { 'notebooks/x': '' } : {});
    symlinkSync('nowhere', join(folder, name));
    const before = readdirSync(folder);
    expect(() => writeProject(folder, TEMPLATES)).toThrow(
      expect.objectContaining({
        name: 'ExpectedError',
        message: expect.stringContaining(`${join(folder, name)} is a link that leads nowhere, but a `),
      }),
    );
    expect(readdirSync(folder)).toEqual(before);
  },
);

test('the folder itself was a link that leads nowhere', () => {
  const folder = join(tempFolder(), 'link');
  symlinkSync('nowhere', folder);
  expect(() => writeProject(folder, TEMPLATES)).toThrow(
    `${folder} is a link that leads nowhere. Choose a folder, or a new name.`,
  );
});

test('a .gitignore that is a link was written through', () => {
  const folder = tempFolder();
  writeFiles(folder, { elsewhere: 'data/\n' });
  symlinkSync('elsewhere', join(folder, '.gitignore'));
  expect(() => writeProject(folder, TEMPLATES)).toThrow('.gitignore is a link, which git does not follow. ');
  expect(readFileSync(join(folder, 'elsewhere'), 'utf8')).toBe('data/\n');
  expect(readdirSync(folder).toSorted()).toEqual(['.gitignore', 'elsewhere']);
});

/** The repository may lie where another user may not even look. */
function readableTemplates(): string {
  const templates = tempFolder();
  cpSync(TEMPLATES, templates, { recursive: true });
  chmodSync(templates, 0o755);
  return templates;
}

test.each(['.', 'notebooks', '.gitignore'])('%s can only be read: a line of errno, and half a project', (name) => {
  const folder = tempFolder();
  writeFiles(folder, { 'notebooks/x': '', '.gitignore': '' });
  chmodSync(folder, 0o777);
  chmodSync(join(folder, 'notebooks'), 0o777);
  chmodSync(join(folder, '.gitignore'), 0o666);
  chmodSync(join(folder, name), name === '.gitignore' ? 0o444 : 0o555);
  const templates = readableTemplates();
  asNobody(() => {
    expect(() => writeProject(folder, templates)).toThrow(
      expect.objectContaining({
        name: 'ExpectedError',
        message: `Cannot write to ${join(folder, name)}: you have no permission to write there. Nothing was changed. Choose another folder.`,
      }),
    );
  });
  expect(readdirSync(folder).toSorted()).toEqual(['.gitignore', 'notebooks']);
});

test('a project that is whole, and can only be read, is left as it is', () => {
  const folder = tempFolder();
  writeProject(folder, TEMPLATES);
  chmodSync(folder, 0o555);
  const templates = readableTemplates();
  asNobody(() => expect(writeProject(folder, templates)).toMatchObject({ written: [], ignored: [] }));
});

test('inside another project a second one was made without a word', () => {
  const folder = tempFolder();
  expect(writeProject(folder, TEMPLATES)).not.toHaveProperty('inside');
  const inner = join(folder, 'notebooks/deep');
  expect(writeProject(inner, TEMPLATES).inside).toBe(folder);
  expect(writeProject(inner, TEMPLATES)).not.toHaveProperty('inside');
  expect(writeProject(folder, TEMPLATES)).not.toHaveProperty('inside');
});
