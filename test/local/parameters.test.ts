// Parameters end to end: how a notebook gets them, how the run records them, and the warnings if nobody used them.
import { execFileSync } from 'node:child_process';
import { newDesk, type Desk } from './desk';

let desk: Desk;
beforeAll(async () => {
  desk = await newDesk();
});
afterAll(() => desk.close());

const GIVEN = [
  '-p',
  'share=1.0',
  '-p',
  'rate=1e3',
  '-p',
  'seed=12345678901234567890',
  '-p',
  'on=True',
  '-r',
  'version=1.10',
];
const SPELLED = '"share": 1.0,\n"rate": 1000.0,\n"seed": 12345678901234567890,\n"on": true,\n"version": "1.10"';
const published = (file: string): string =>
  execFileSync('git', ['-C', desk.output, 'show', `main:${file}`], { encoding: 'utf8' });
const withoutIndent = (text: string): string => text.replace(/^ +/gm, '');

test('a float was an integer for the notebook, in the record and in what was published; a retry keeps its kind too', async () => {
  const path = desk.notebook('see.ipynb', [
    // Which names it reads cannot be seen from the loop, and `commit` would warn.
    '# share, rate, seed, on, version\nimport json, os\nfor name, value in json.load(open(os.environ["MYMLOPS_PARAMS"])).items(): print(name, repr(value))',
  ]);
  const done = await desk.client('commit', path, ...GIVEN);
  expect({ code: done.code, stderr: done.stderr }).toEqual({
    code: 0,
    stderr: expect.not.stringContaining('parameter'),
  });
  expect((await desk.client('retry', 'latest')).code).toBe(0);
  const shown = await desk.client('show', '--json');
  expect(withoutIndent(shown.stdout)).toContain(`"parameters": {\n${SPELLED}\n}`);
  expect(withoutIndent((await desk.client('ps', '--json')).stdout)).toContain(`"parameters": {\n${SPELLED}\n}`);
  const { run, results } = JSON.parse(shown.stdout) as { run: string; results: object };
  expect(results).toMatchObject({ parametersUse: 'injected' });
  expect((await desk.client('logs', run)).stdout).toContain(
    "share 1.0\nrate 1000.0\nseed 12345678901234567890\non True\nversion '1.10'\n",
  );
  expect(withoutIndent(published(`${run}/metadata.json`))).toContain(`"params": {\n${SPELLED}\n}`);
  expect(published(`${run}/metadata.json`)).toContain('"params_use": "injected"');
  expect(published(`${run}/params.json`)).toContain('"share":1.0,"rate":1000.0');
});

test('parameters that nobody read were recorded as if they had been used', async () => {
  desk.write(
    'mymlops.yml',
    'project: local\ncommit:\n  command: "true"\n  output_repository:\n    url: $MYMLOPS_HOME/repositories/out.git\n    branch: main\n',
  );
  const { stderr } = await desk.client('commit', desk.notebook('drop.ipynb', ['lr = 0.1']), '-p', 'lr=0.5');
  expect(stderr).toContain(
    'drop.ipynb may not receive the parameter lr: neither the notebook nor its command mentions',
  );
  expect(stderr).toContain('  parameters lr=0.5 (not known to be used)\n');
  const shown = await desk.client('show');
  expect(shown.stdout).toMatch(/^parameters +lr=0.5 \(not known to be used\)$/m);
  const run = (await desk.show()).request?.run ?? '';
  expect(published(`${run}/params.json`)).toBe('{"not known to be used":{"lr":0.5}}\n');
  expect(JSON.parse(published(`${run}/metadata.json`))).toMatchObject({ params: { lr: 0.5 }, params_use: 'unknown' });
});
