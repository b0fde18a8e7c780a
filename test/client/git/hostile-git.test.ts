// Whatever a user's git is set to, a snapshot holds the same and results are published the same.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pushResults } from '../../../client/src/results/publish';
import { outputRepositoryOf, makeOutputRepository } from '../../../client/src/git/output-repository';
import { locate } from '../../parts';
import { useTempFolders, writeFiles } from '../temp-folder';
import { env, git, snapshotOf } from '../snapshot/projects';

const tempFolder = useTempFolders();
const RUN = '20260101-000000-aaaa';

const SETTINGS: Record<string, Record<string, string>> = {
  'new repositories': {
    'init.defaultObjectFormat': 'sha256',
    'init.defaultRefFormat': 'reftable',
    'init.defaultBranch': 'trunk',
    'init.templateDir': '/nowhere',
  },
  contents: {
    'core.autocrlf': 'true',
    'core.eol': 'crlf',
    'core.safecrlf': 'true',
    'core.attributesFile': 'ATTRIBUTES',
    'core.ignoreCase': 'true',
    'core.precomposeUnicode': 'true',
    'core.sparseCheckout': 'true',
    'core.compression': '0',
    'i18n.commitEncoding': 'ISO-8859-1',
    'i18n.logOutputEncoding': 'UTF-16',
  },
  programs: {
    'core.fsmonitor': 'false && exit 1',
    'core.hooksPath': 'HOOKS',
    'core.pager': 'false',
    'commit.gpgSign': 'true',
    'commit.template': '/nowhere',
    'gpg.program': 'false',
    'diff.external': 'false',
    'log.showSignature': 'true',
    'gc.auto': '1',
    'gc.autoDetach': 'false',
    'maintenance.auto': 'true',
    'alias.ls-files': '!false',
  },
  'the index': {
    'core.untrackedCache': 'true',
    'core.splitIndex': 'true',
    'feature.manyFiles': 'true',
    'feature.experimental': 'true',
    'index.version': '4',
    'index.sparse': 'true',
    'add.ignoreErrors': 'true',
  },
  'what is shown': {
    'core.quotePath': 'true',
    'core.abbrev': '4',
    'color.ui': 'always',
    'color.status': 'always',
    'column.ui': 'always',
    'status.short': 'true',
    'status.branch': 'true',
    'status.showUntrackedFiles': 'no',
    'status.relativePaths': 'false',
    'status.submoduleSummary': 'true',
    'diff.noPrefix': 'true',
    'log.date': 'relative',
    'fetch.output': 'compact',
    'advice.pushUpdateRejected': 'false',
  },
  'the other side': {
    'push.default': 'nothing',
    'push.followTags': 'true',
    'push.recurseSubmodules': 'only',
    'submodule.recurse': 'true',
    'fetch.recurseSubmodules': 'true',
    'fetch.fsckObjects': 'true',
    'fetch.prune': 'true',
    'fetch.writeCommitGraph': 'true',
    'transfer.fsckObjects': 'true',
    'protocol.version': '0',
    'pack.threads': '1',
  },
  'the rest': {
    'core.logAllRefUpdates': 'always',
    'safe.bareRepository': 'explicit',
    'user.useConfigOnly': 'true',
  },
};

const VARIABLES: Record<string, Record<string, string>> = {
  'where a repository is': {
    GIT_DIR: '/nowhere',
    GIT_WORK_TREE: '/nowhere',
    GIT_COMMON_DIR: '/nowhere',
    GIT_INDEX_FILE: '/nowhere/index',
    GIT_OBJECT_DIRECTORY: '/nowhere/objects',
    GIT_ALTERNATE_OBJECT_DIRECTORIES: '/nowhere/objects',
    GIT_NAMESPACE: 'nowhere',
    GIT_PREFIX: 'nowhere/',
    GIT_CONFIG: '/nowhere/config',
  },
  'what git makes': {
    GIT_DEFAULT_HASH: 'sha256',
    GIT_DEFAULT_REF_FORMAT: 'reftable',
    GIT_TEMPLATE_DIR: '/nowhere',
    GIT_INDEX_VERSION: '4',
    GIT_AUTHOR_NAME: 'Somebody',
    GIT_AUTHOR_DATE: '2001-01-01T00:00:00Z',
    GIT_COMMITTER_EMAIL: 'somebody@example.org',
    GIT_ATTR_SOURCE: 'nowhere',
  },
  'how git speaks': {
    GIT_LITERAL_PATHSPECS: '1',
    GIT_GLOB_PATHSPECS: '1',
    GIT_EXTERNAL_DIFF: 'false',
    GIT_PAGER: 'false',
    GIT_TRACE: '1',
    GIT_TRACE2: '2',
    GIT_TRACE_SETUP: 'true',
    GIT_CURL_VERBOSE: '1',
    GIT_EDITOR: 'false',
    GIT_OPTIONAL_LOCKS: '1',
    GIT_TERMINAL_PROMPT: '1',
  },
};

const lasting = mkdtempSync(join(tmpdir(), 'mymlops-hostile-'));
const project = join(lasting, 'project');
const hostile = join(lasting, 'hostile');
let right: object;

beforeAll(async () => {
  writeFiles(project, { 'a b.txt': 'a\r\n', 'ü.py': 'x\n', 'sub/n.ipynb': '{}', '.gitignore': 'ignored\n' });
  git(project, 'init', '-q', '-b', 'main');
  git(project, 'add', '-A');
  git(project, 'commit', '-q', '-m', 'first');
  writeFiles(project, { 'a b.txt': 'changed\r\n', 'new.txt': 'n\r\n', ignored: '' });
  mkdirSync(join(hostile, 'hooks'), { recursive: true });
  for (const name of ['pre-push', 'post-index-change', 'pre-auto-gc']) {
    writeFileSync(join(hostile, 'hooks', name), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  }
  writeFileSync(join(hostile, 'attributes'), '* text eol=crlf filter=nowhere\n*.py working-tree-encoding=UTF-16\n');
  right = await comesOf({});
});

afterAll(() => rmSync(lasting, { recursive: true }));

/** Makes a snapshot and a publication with these variables, and returns the contents of both. */
async function comesOf(variables: Record<string, string>): Promise<object> {
  const user = { ...env, ...variables };
  const { source } = await snapshotOf(project, { env: user });
  const url = join(tempFolder(), 'r.git');
  const repositoryAddress = { url, branch: 'main', author: { name: 'Zoë', email: 'z@example.org' } };
  await makeOutputRepository(await outputRepositoryOf(repositoryAddress, project, user), user);
  const files = tempFolder();
  writeFiles(files, {
    'metadata.json': '{"attempt": 1}',
    'Other.txt': 'a\r\n',
    'log.txt': 'b\r\n',
    '.gitignore': '*\n',
  });
  const message = 'commit x: nötes ✓\n';
  const publication = { repository: repositoryAddress, run: RUN, attempt: 1, files, message, env: user };
  for (const run of [RUN, RUN.replace('aaaa', 'bbbb')]) {
    await pushResults({ ...publication, run, tempFolder: tempFolder() });
  }
  const commit = git(url, 'cat-file', 'commit', 'main').replaceAll(/^parent .*\n|(?<=>) \d+/gm, '');
  return { source, commit, files: git(url, 'ls-tree', '-r', 'main') };
}

/** Values that name a file of ours. */
const valueOf = (value: string): string =>
  value === 'HOOKS' ? join(hostile, 'hooks') : value === 'ATTRIBUTES' ? join(hostile, 'attributes') : value;

test('the right values are these', () => {
  expect(right).toMatchObject({
    source: { origin: { branch: 'main', dirty: 1 } },
    commit: expect.stringMatching(/author Zoë <z@example\.org>.*\n\ncommit x: nötes ✓$/s),
    files: expect.stringMatching(/^([^\n]*aaaa\/[^\n]*\n){4}([^\n]*bbbb\/[^\n]*\n?){4}$/),
  });
});

test.each(Object.entries(SETTINGS))('the configuration of the user on %s', async (_group, settings) => {
  const file = join(tempFolder(), 'gitconfig');
  const sections = Object.entries(settings).map(([name, value]) => {
    const [section, key] = name.split('.');
    return `[${section}]\n\t${key} = ${JSON.stringify(valueOf(value))}\n`;
  });
  writeFileSync(file, sections.join(''));
  expect(await comesOf({ GIT_CONFIG_GLOBAL: file })).toEqual(right);
});

test('all of it in variables that carry configuration', async () => {
  const settings = Object.values(SETTINGS).flatMap((group) => Object.entries(group));
  const pairs = settings.flatMap(([name, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, name],
    [`GIT_CONFIG_VALUE_${index}`, valueOf(value)],
  ]);
  expect(await comesOf({ GIT_CONFIG_COUNT: String(settings.length), ...Object.fromEntries(pairs) })).toEqual(right);
});

test('a git that makes other repositories where nobody chooses, as git 3 does', async () => {
  const tools = tempFolder();
  const script = `#!/bin/sh\nexport GIT_DEFAULT_HASH=sha256 GIT_DEFAULT_REF_FORMAT=reftable\nexec ${locate('git')} "$@"\n`;
  writeFileSync(join(tools, 'git'), script, { mode: 0o755 });
  expect(await comesOf({ PATH: `${tools}:${env.PATH}` })).toEqual(right);
});

test.each(Object.entries(VARIABLES))('variables on %s', async (_group, variables) => {
  expect(await comesOf(variables)).toEqual(right);
});
