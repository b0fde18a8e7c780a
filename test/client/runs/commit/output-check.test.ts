// An output repository that cannot be pushed to is said before anything is started.
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { checkOutputRepository } from '../../../../client/src/runs/commit/output-check';
import { useTempFolders, writeFiles } from '../../temp-folder';

const tempFolder = useTempFolders();

/** What is said about `url` in a project folder beside which there are a few things. */
function check(url: string, project = 'local'): void {
  const root = tempFolder();
  writeFiles(root, {
    'a file': '',
    'folder/x': '',
    'bare.git/HEAD': '',
    'work/.git/HEAD': '',
    'project/mymlops.yml': '',
  });
  mkdirSync(join(root, 'empty'));
  symlinkSync('project', join(root, 'link'));
  const env = { HOME: root, MYMLOPS_HOME: join(root, 'state') };
  const config = { command: 'x', output_repository: { url: url.replace('ROOT', root), branch: 'main' } };
  checkOutputRepository(config, { project, deployment: 'mymlops' }, join(root, 'project'), env);
}

test.each([
  'https://example.org/x.git',
  'ssh://git@example.org:2222/x.git',
  'git@example.org:x.git',
  '../bare.git',
  '../work',
  '../to-be-made.git',
  '~/to-be-made.git',
  'ROOT/state/deep/er.git',
  'file://ROOT/bare.git',
])('%s may be pushed to', (url) => {
  expect(() => check(url)).not.toThrow();
});

test.each([
  ['../a file', /a file is a file\. Name a git repository/],
  ['../folder', /folder is no git repository\. Name a repository, or a path that does not exist yet.*\/results\.git$/],
  ['../empty', /no git repository\. To make it one: git init --bare '.*empty'/],
  ['.', /that is the project itself\. Name a repository, or a path .*\/results\.git$/],
  ['..', /the project lies in it\. Name a repository, or a path/],
  ['../link', /that is the project itself\./],
  ['../nowhere/out.git', /nowhere does not exist\. Make that folder/],
  ['./out.git', /part of every snapshot\. Put it beside the project: \.\.\/out\.git/],
  ['http://example.org/x.git', /Give an https or ssh address/],
  ['git://example.org/x.git', /Give an https or ssh address/],
  ['ext::sh -c whoami', /Give an https or ssh address/],
  ['--upload-pack=x', /Give an https or ssh address/],
  ['file://elsewhere/x.git', /names no file of this machine/],
  ['file:///x%00.git', /names no file of this machine/],
  ['file:///x%2Fy.git', /names no file of this machine/],
])('%s is refused', (url, sentence) => {
  expect(() => check(url)).toThrow(
    expect.objectContaining({ name: 'ExpectedError', message: expect.stringMatching(sentence) }),
  );
});

test.each(['../bare.git', 'file:///x.git', '~/x.git', 'sub/x.git'])('%s cannot be reached from Google Cloud', (url) => {
  expect(() => check(url, 'some-project')).toThrow('cannot reach');
});
