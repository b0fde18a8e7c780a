import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createProgram, runCli } from '../../../client/src/cli/program';
import { completedCommands } from '../../../client/src/cli/completion/completed-commands';
import { ADVICE } from '../../../client/src/cli/usage-advice';
import { testContext } from '../context';
import { useTempFolders, writeFiles } from '../temp-folder';

const tempFolder = useTempFolders();

async function run(args: string[], overrides: Parameters<typeof testContext>[0] = {}) {
  const context = testContext(overrides);
  const code = await runCli(args, context);
  return { code, said: context.said.join('\n'), printed: context.printed() };
}

test('help is data, and not an error', async () => {
  const { code, printed, said } = await run(['--help']);
  expect({ code, said }).toEqual({ code: 0, said: '' });
  expect(printed).toContain('commit [options] <notebooks...>');
});

test.each([[['image', 'build']], [['local', 'up']], [['ps']], [['show', 'latest']], [['status']]])(
  'help %j is the help of this command, and not that of its group',
  async (words) => {
    const own = await run([...words, '--help']);
    expect(await run(['help', ...words])).toEqual(own);
    expect(own.printed).not.toContain('Commands:');
  },
);

test.each([
  [['--project', 'my-project', 'help', 'image', 'build']],
  [['--project=my-project', 'help', 'image', 'build']],
  [['--local', 'help', 'image', 'build']],
  [['help', '--project', 'my-project', 'image', 'build']],
])('%j with an option of the program showed the help of image', async (words) => {
  expect(await run(words)).toEqual(await run(['image', 'build', '--help']));
});

test.each([['help'], ['secrets', 'help']])('%j alone is the list of commands', async (...words) => {
  expect((await run(words)).printed).toContain('Commands:');
});

test.each([
  [['comit'], 'Did you mean commit'],
  [['help', 'comit'], 'Did you mean commit'],
  [['help', 'image', 'buidl'], 'Did you mean build?'],
  [['sohw'], 'Did you mean show?'],
  [['ps', '--jsn'], 'Did you mean --json'],
  [['--versoin'], 'Did you mean --version?'],
  [['local', 'statsu'], 'Did you mean status?'],
  [['commit'], 'missing required argument'],
  [['ps', '-n', 'many'], 'whole number'],
  [['--local', '--project', 'some-project', 'ps'], 'each other.'],
  [['local', 'reset'], '--yes'],
  [['--project', 'Foo', 'ps'], 'not a project id'],
  [['--project', '', 'ps'], "--project is empty. Give a project's id, or `local` for this computer."],
  [['dashboard'], '`dashboard`: the page is not available yet.'],
  [['local', 'up', '--sweep-seconds', 'x'], 'above 0'],
])('%j is wrong usage', async (args, message) => {
  const { code, said, printed } = await run(args);
  expect({ code, printed }).toEqual({ code: 2, printed: '' });
  expect(said).toContain(message);
});

test.each([[[]], [['--destroy']], [['--plan', '--region', 'europe-west4']]])(
  'deploy %j took damaged credentials for a bug of its own',
  async (options) => {
    const folder = tempFolder();
    writeFiles(folder, { 'login.json': '{' });
    const file = join(folder, 'login.json');
    const env = { GOOGLE_APPLICATION_CREDENTIALS: file };
    const { code, said } = await run(['--project', 'some-project', 'deploy', ...options], { cwd: folder, env });
    expect({ code, said }).toEqual({
      code: 1,
      said: expect.stringContaining(`GOOGLE_APPLICATION_CREDENTIALS is ${file}, which does not contain credentials`),
    });
  },
);

test.each([
  [['stop'], 'cancel RUN'],
  [['kill', 'latest'], 'cancel RUN'],
  [['list'], 'mymlops-client ps'],
  [['describe', 'latest'], 'show RUN'],
  [['run', 'a.ipynb'], 'commit NOTEBOOK'],
  [['--local', 'submit', 'a.ipynb'], 'commit NOTEBOOK'],
  [['delete', 'latest'], 'rm RUN'],
  [['config'], 'mymlops.yml. To check it: mymlops-client validate'],
  [['login'], 'need no login'],
  [['local', 'stop'], 'local down'],
  [['ps', '4f2m'], 'ps lists runs. For one: mymlops-client show 4f2m'],
  [['status', '4f2m'], 'ps lists runs. For one: mymlops-client show 4f2m'],
  [['commit', '-m', 'x', 'a.ipynb'], '-m is an option of git. For notes: -n "first run"'],
])("%j: another tool's word was taken for one that is spelt like it, or for none", async (args, advice) => {
  const { code, said } = await run(args);
  expect({ code, advice: said.split('\n').at(-1) }).toEqual({ code: 2, advice: expect.stringContaining(advice) });
  expect(said).not.toContain('Did you mean');
});

test.each([['foo'], ['edit'], ['test'], ['exec2']])('%s is near nothing', async (word) => {
  const { code, said } = await run([word]);
  expect({ code, said }).toEqual({
    code: 2,
    said: `error: unknown command '${word}'\n(run with --help for usage)`,
  });
});

test('each line of advice names commands that there are', () => {
  const program = createProgram(testContext(), () => undefined);
  const known = new Set(completedCommands(program).flatMap(({ paths }) => paths.map((path) => path.split(' ')[0])));
  const named = ADVICE.flatMap((line) => Array.from(line.matchAll(/mymlops-client ([a-z]+)/g), ([, verb]) => verb));
  expect(named.length).toBeGreaterThan(10);
  for (const verb of named) expect(known).toContain(verb);
});

describe('a notebook whose name begins with a dash', () => {
  const words = 'A name that begins with a dash is read as options.';

  test.each([
    [['commit', '-rf.ipynb'], '-rf.ipynb'],
    [['commit', '-note.ipynb'], '-note.ipynb'],
    [['commit', 'a.ipynb', '--final.ipynb'], '--final.ipynb'],
  ])('%j was wrong usage without a word of the dash', async (args, name) => {
    const { code, said } = await run(args);
    expect({ code, last: said.split('\n').at(-1) }).toEqual({ code: 2, last: `${words} Write it as ./${name}` });
  });

  test.each(['-note.ipynb', '-p=1.ipynb'])('%s became a value for the other notebook', async (name) => {
    const folder = tempFolder();
    writeFiles(folder, { [name]: '{}', 'a.ipynb': '{}' });
    const { code, said } = await run(['commit', name, 'a.ipynb'], { cwd: folder });
    expect({ code, said }).toEqual({ code: 2, said: `${words} Write it as ./${name}` });
  });

  test.each([[['--', '-note.ipynb']], [['./-note.ipynb']]])('is taken from %j', async (names) => {
    const { code, said } = await run(['commit', ...names]);
    expect({ code, said }).toEqual({ code: 1, said: expect.stringMatching(/-note\.ipynb does not exist\.$/) });
  });

  test.each([[['commit', '--notes=a.ipynb']], [['commit', '-pfile=a.ipynb']]])(
    '%j is about something else',
    async (args) => {
      const { code, said } = await run(args);
      expect({ code, isTold: said.includes(words) }).toEqual({ code: 2, isTold: false });
    },
  );
});

test('an expected error is one sentence without a stack', async () => {
  const { code, said, printed } = await run(['commit', 'none.ipynb']);
  expect({ code, said, printed }).toEqual({ code: 1, said: 'none.ipynb does not exist.', printed: '' });
});

test('commit --json that was refused printed nothing: no run is an empty list', async () => {
  const { code, printed } = await run(['commit', 'none.ipynb', '--json']);
  expect({ code, printed }).toEqual({ code: 1, printed: '[]\n' });
});

test('a file that is not a notebook was answered with a missing mymlops.yml', async () => {
  const folder = tempFolder();
  writeFiles(folder, { 'README.md': '# readme' });
  const { code, said } = await run(['commit', 'README.md'], { cwd: folder });
  expect({ code, said }).toEqual({ code: 1, said: 'README.md is not a notebook: its name does not end in .ipynb.' });
});

test.each(['--version', '-V'])('%s is the version of package.json', async (flag) => {
  const { version } = JSON.parse(readFileSync(join(__dirname, '../../../client/package.json'), 'utf8')) as {
    version: string;
  };
  expect(await run([flag])).toEqual({ code: 0, said: '', printed: `${version}\n` });
});

test('a local cloud that dies at its start: the error has its last words', async () => {
  const folder = tempFolder();
  writeFiles(folder, { 'main.mjs': 'console.error("no room"); process.exit(3);' });
  const env = { PATH: process.env['PATH'], MYMLOPS_HOME: join(folder, 'state'), HOME: folder };
  const { code, said } = await run(['ps'], { cwd: folder, env, localCloudProgram: join(folder, 'main.mjs') });
  expect({ code, said }).toEqual({ code: 1, said: 'Cannot start the local cloud: no room' });
});

test('a local cloud that was not built is an error', async () => {
  const folder = tempFolder();
  const env = { MYMLOPS_HOME: join(folder, 'state'), HOME: folder };
  expect((await run(['ps'], { cwd: folder, env })).said).toContain('npm run build');
});

test('status without a local cloud is an answer, and starts nothing', async () => {
  const folder = tempFolder();
  const env = { MYMLOPS_HOME: join(folder, 'state'), HOME: folder };
  const { code, printed } = await run(['local', 'status', '--json'], { cwd: folder, env });
  expect(code).toBe(0);
  expect(JSON.parse(printed)).toEqual({
    running: false,
    pid: null,
    stateFolder: join(folder, 'state'),
    addresses: null,
    emulators: [],
  });
});

test.each([
  ['startup-logs', 'logs|startup-logs'],
  ['status', 'ps|status'],
])("the predecessor's %s is a verb", async (alias, usage) => {
  const { code, printed } = await run([alias, '--help']);
  expect({ code, usage: printed.split('\n')[0] }).toMatchObject({ code: 0, usage: expect.stringContaining(usage) });
});

test("the predecessor's --keep_instance is taken, and not in the help", async () => {
  expect((await run(['commit', 'none.ipynb', '--keep_instance'])).said).toBe('none.ipynb does not exist.');
  expect((await run(['commit', '--help'])).printed).not.toContain('keep_instance');
});

/** `ps`, `local up`: those that the help shows. */
const commands = completedCommands(createProgram(testContext(), () => undefined)).flatMap(
  ({ paths }) => paths[0] || [],
);

test('a command is there alone where its command line begins with one of its words, and all are there elsewhere', () => {
  const namesFor = (...args: string[]): string[] =>
    createProgram(testContext(), () => undefined, args).commands.map((command) => command.name());
  const all = createProgram(testContext(), () => undefined).commands;
  for (const command of all) {
    for (const word of [command.name(), ...command.aliases()]) {
      if (word === 'completion') continue; // it prints the words of all
      expect([word, namesFor(word, 'x')]).toEqual([word, expect.arrayContaining([command.name()])]);
      expect(namesFor(word, 'x').length).toBeLessThan(3);
    }
  }
  for (const args of [[], ['completion', 'bash'], ['--local', 'ps'], ['help', 'ps'], ['nothing', 'ps']]) {
    expect(namesFor(...args)).toHaveLength(all.length);
  }
});

test('a new verb is among those whose help is looked at', async () => {
  const listed = (await run(['--help'])).printed.split('\nCommands:\n')[1] ?? '';
  const names = Array.from(listed.matchAll(/^ {2}([a-z]+)/gm), ([, name]) => name).filter((name) => name !== 'help');
  expect(commands.filter((verb) => !verb.includes(' '))).toEqual(names);
  expect(commands).toContain('local up');
});

test.each(commands)('%s --help ends with examples', async (verb) => {
  const { printed } = await run([...verb.split(' '), '--help']);
  expect(printed).toContain(`\nExamples:\n  mymlops-client ${verb}`);
});
