// An output repository that cannot be pushed to is reported before anything is started.
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { checkOutputRepository } from '../../../../client/src/runs/commit/output-check';
import { useTempFolders, writeFiles } from '../../temp-folder';

const tempFolder = useTempFolders();

/** The error for `url` in a project folder beside which there are a few things. */
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
  ['../a file', /a file is a file\. Choose a git repository/],
  [
    '../folder',
    /folder is not a git repository\. Choose a repository, or a path that does not exist yet.*\/results\.git$/,
  ],
  ['../empty', /not a git repository\. To make it one: git init --bare '.*empty'/],
  ['.', /this is the project itself\. Choose a repository, or a path .*\/results\.git$/],
  ['..', /the project is inside this folder\. Choose a repository, or a path/],
  ['../link', /this is the project itself\./],
  ['../nowhere/out.git', /nowhere does not exist\. Create that folder/],
  ['./out.git', /part of every snapshot\. Put it beside the project: \.\.\/out\.git/],
  ['http://example.org/x.git', /Use an https or ssh address/],
  ['git://example.org/x.git', /Use an https or ssh address/],
  ['ext::sh -c whoami', /Use an https or ssh address/],
  ['--upload-pack=x', /Use an https or ssh address/],
  ['file://elsewhere/x.git', /is not a path on this computer\./],
  ['file:///x%00.git', /is not a path on this computer\./],
  ['file:///x%2Fy.git', /is not a path on this computer\./],
])('%s is refused', (url, sentence) => {
  expect(() => check(url)).toThrow(
    expect.objectContaining({ name: 'ExpectedError', message: expect.stringMatching(sentence) }),
  );
});

test.each(['../bare.git', 'file:///x.git', '~/x.git', 'sub/x.git'])('%s cannot be reached from Google Cloud', (url) => {
  expect(() => check(url, 'some-project')).toThrow('cannot reach');
});
