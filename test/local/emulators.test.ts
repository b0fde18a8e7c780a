// The main job with Google's emulators instead of our Firestore and Pub/Sub: both, and each alone.
import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { deadLetterOf, namesOf, newRunId } from '@mymlops/protocol';
import {
  clientOf,
  describeGooglesFirestore,
  type FirestoreServer,
  startGooglesFirestore,
} from '../emulators/firestore';
import { describeGooglesPubsub, type PubsubServer, startGooglesPubsub } from '../emulators/pubsub';
import { type Desk, expectOk, type Finished, newDesk, until } from './desk';

const UNSET = { FIRESTORE_EMULATOR_HOST: '', PUBSUB_EMULATOR_HOST: '' };

let firestore: FirestoreServer;
let pubsub: PubsubServer;
const addresses = () => ({ firestore: firestore.endpoints.firestore, pubsub: pubsub.endpoints.pubsub });
const both = () => ({
  FIRESTORE_EMULATOR_HOST: addresses().firestore,
  PUBSUB_EMULATOR_HOST: addresses().pubsub,
});

/** Files that a stand-in would have written. */
const journalsOf = ({ home }: Desk): string[] =>
  ['firestore', 'pubsub'].filter((name) => existsSync(join(home, name)) && readdirSync(join(home, name)).length > 0);

const commitOk = async (desk: Desk, name: string): Promise<string> => {
  const done = expectOk(await desk.client('commit', desk.notebook(name, ['print(6 * 7)']), '--json'));
  const [{ run }] = JSON.parse(done.stdout) as [{ run: string }];
  const document = await desk.show(run);
  expect(document).toMatchObject({ status: 'succeeded', live: false, publication: { state: 'done' } });
  expect(document.cleanedAt).toBeDefined();
  const files = execFileSync('git', ['-C', desk.output, 'ls-tree', '-r', '--name-only', 'main'], { encoding: 'utf8' });
  expect(files).toContain(`${run}/${name}`);
  expect(desk.vmProcesses()).toEqual([]);
  return run;
};

/** A notebook that goes on until it is cancelled; resolves when it executes. */
async function startLong(desk: Desk, name: string): Promise<{ run: string; finished: Promise<Finished> }> {
  const sign = JSON.stringify(join(desk.project, `${name} executes`));
  const cells = [`open(${sign}, "w").close()`, 'import time', 'time.sleep(300)'];
  const { finished, stdout } = desk.start('commit', desk.notebook(name, cells));
  await until('the run executes', () => existsSync(JSON.parse(sign) as string) || undefined, 60);
  return { run: stdout().trim(), finished };
}

describeGooglesFirestore("Google's Firestore", () => {
  describeGooglesPubsub('and Pub/Sub', () => {
    beforeAll(async () => {
      [firestore, pubsub] = await Promise.all([startGooglesFirestore(), startGooglesPubsub()]);
    });
    afterAll(async () => void (await Promise.all([firestore.close(), pubsub.close()])));

    test.each(['FIRESTORE_EMULATOR_HOST', 'PUBSUB_EMULATOR_HOST'] as const)('%s alone', async (variable) => {
      const desk = await newDesk({ environment: { [variable]: both()[variable] } });
      try {
        await commitOk(desk, 'alone.ipynb');
        expect(journalsOf(desk)).toEqual([variable === 'FIRESTORE_EMULATOR_HOST' ? 'pubsub' : 'firestore']);
      } finally {
        await desk.close();
      }
    });

    describe('both', () => {
      let desk: Desk;
      beforeAll(async () => {
        desk = await newDesk({ environment: both(), isCold: true });
      });
      afterAll(() => desk.close());

      test('local up and local status say where history and messages are', async () => {
        const up = expectOk(await desk.client('local', 'up', '--sweep-seconds', '1'));
        expect(up.stderr).toContain(`Firestore is Google's emulator at ${firestore.endpoints.firestore}`);
        expect(up.stderr).toContain("Runs in the local cloud's own Firestore are not visible");
        const status = expectOk(await desk.client('local', 'status')).stdout;
        expect(status).toContain(`firestore ${firestore.endpoints.firestore} (Google's emulator)\n`);
        expect(status).toContain(`pubsub ${pubsub.endpoints.pubsub} (Google's emulator)\n`);
        expect(desk.endpoints()).toMatchObject({ ...addresses(), emulators: ['firestore', 'pubsub'] });
      });

      test('a notebook that succeeds is in the emulator, its results in the repository, its VM gone', async () => {
        const run = await commitOk(desk, 'good.ipynb');
        const client = clientOf(firestore);
        expect((await client.doc(`runs/${run}`).get()).data()).toMatchObject({ status: 'succeeded', live: false });
        await client.terminate();
        expect(journalsOf(desk)).toEqual([]);
      });

      test('a notebook that fails', async () => {
        const done = await desk.client('commit', desk.notebook('fails.ipynb', ['x = 1', 'raise ValueError("lr")']));
        expect(done.code).toBe(100);
        expect(await desk.show()).toMatchObject({ status: 'failed', reason: 'user-error', live: false });
      });

      test('a shell without the variables sees the same runs; one with other addresses gets an error', async () => {
        const runs = expectOk(await desk.client('ps')).stdout;
        expect(expectOk(await desk.withEnvironment(UNSET).client('ps')).stdout).toBe(runs);
        const other = desk.withEnvironment({ FIRESTORE_EMULATOR_HOST: '127.0.0.1:1' });
        const refused = await other.client('commit', 'good.ipynb');
        expect(refused.code).toBe(1);
        expect(refused.stderr).toContain('FIRESTORE_EMULATOR_HOST is 127.0.0.1:1, but the running local cloud uses');
        expect(refused.stderr).toContain('mymlops-client local down');
        expect(expectOk(await desk.client('ps')).stdout).toBe(runs);
      });

      test('kill -9 of the local cloud: who follows without the variables starts it again with them; then a cancel', async () => {
        const { run, finished } = await startLong(desk.withEnvironment(UNSET), 'killed.ipynb');
        const { pid } = desk.endpoints();
        process.kill(pid, 'SIGKILL');
        const again = await until('another local cloud', () => {
          // The file with the addresses goes, and comes again; that of later services comes before it.
          const { pid: now, ...others } = desk.endpoints();
          return now === pid || others.storage === undefined ? undefined : others;
        });
        expect(again).toMatchObject({ ...addresses(), emulators: ['firestore', 'pubsub'] });
        expectOk(await desk.client('cancel', run));
        expect((await finished).code).toBe(103);
        expect(await desk.show(run)).toMatchObject({ status: 'cancelled', live: false });
        expect(desk.vmProcesses()).toEqual([]);
      });

      test('a commit among the dead letters becomes a failed run', async () => {
        const { request } = await desk.show();
        const run = newRunId(new Date(), (below) => randomInt(below));
        const data = Buffer.from(JSON.stringify({ ...request, run })).toString('base64');
        const topic = deadLetterOf(namesOf('local', 'mymlops').topics.requests);
        expect((await pubsub.call('POST', `topics/${topic}:publish`, { messages: [{ data }] })).status).toBe(200);
        const document = await until('the sweep has taken it', async () => {
          expectOk(await desk.client('sweep')); // who followed started the cloud with its usual tick, each minute
          const shown = await desk.client('show', run, '--json');
          return shown.code === 0 ? (JSON.parse(shown.stdout) as object) : undefined;
        });
        expect(document).toMatchObject({ status: 'failed', reason: 'internal' });
        expect(expectOk(await desk.client('doctor')).stdout).toMatch(/no problems found\n$/);
      });

      test('an emulator that is gone is named, at once, by whoever follows and whoever asks', async () => {
        const { run, finished } = await startLong(desk, 'gone.ipynb');
        await firestore.close();
        const sentence = `Google's Firestore emulator at ${firestore.endpoints.firestore} is not responding. Start it: gcloud`;
        const goneMs = Date.now();
        const followed = await finished;
        expect(Date.now() - goneMs).toBeLessThan(10_000);
        expect(followed).toMatchObject({ code: 1, stderr: expect.stringContaining(sentence) });
        const asked = await desk.client('show', run);
        expect(asked).toMatchObject({ code: 1, stderr: expect.stringContaining(sentence) });
        expect(expectOk(await desk.client('local', 'status')).stdout).toContain('not responding');
        expectOk(await desk.client('local', 'down'));
        const again = await desk.client('ps');
        expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining(sentence) });
        // Its VM still runs: to a local cloud with another history it would look like nobody's.
        const elsewhere = await desk.withEnvironment(UNSET).client('ps');
        expect(elsewhere).toMatchObject({ code: 1, stdout: '' });
        expect(elsewhere.stderr).toContain(`export FIRESTORE_EMULATOR_HOST=${firestore.endpoints.firestore}`);
        expect(desk.vmProcesses()).not.toEqual([]);
        expect(desk.isOwned()).toBe(false);
        expect(await (await fetch(`http://${pubsub.endpoints.pubsub}/`)).text()).toContain('Ok');
      });
    });
  });
});

describe('what needs no emulator', () => {
  let desk: Desk;
  beforeAll(async () => void (desk = await newDesk({ isCold: true })));
  afterAll(() => desk.close());

  test('an address of another computer is refused, and nothing is started', async () => {
    const foreign = desk.withEnvironment({ PUBSUB_EMULATOR_HOST: 'pubsub.example:8085' });
    for (const words of [['ps'], ['local', 'up'], ['commit', desk.notebook('a.ipynb', ['x = 1'])]]) {
      const refused = await foreign.client(...words);
      expect(refused).toMatchObject({ code: 2, stdout: '' });
      expect(refused.stderr).toContain('PUBSUB_EMULATOR_HOST is pubsub.example:8085');
      expect(refused.stderr).toContain('unset PUBSUB_EMULATOR_HOST');
    }
    expect(desk.isOwned()).toBe(false);
  });

  test('an emulator that does not run is named, and nothing is started', async () => {
    const refused = await desk.withEnvironment({ FIRESTORE_EMULATOR_HOST: '127.0.0.1:1' }).client('ps');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain("Google's Firestore emulator at 127.0.0.1:1 is not responding. Start it: gcloud");
    expect(refused.stderr).toContain('unset FIRESTORE_EMULATOR_HOST');
    expect(desk.isOwned()).toBe(false);
  });

  test('a local cloud that runs on its own stores is not used by a shell that names an emulator', async () => {
    expectOk(await desk.client('local', 'up'));
    const other = desk.withEnvironment({ FIRESTORE_EMULATOR_HOST: '127.0.0.1:1' });
    const refused = await other.client('commit', desk.notebook('a.ipynb', ['x = 1']));
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain(
      'FIRESTORE_EMULATOR_HOST is 127.0.0.1:1, but the running local cloud uses its own service for Firestore. To switch: mymlops-client local down',
    );
    expect(JSON.parse(expectOk(await desk.client('ps', '--json')).stdout)).toEqual([]);
  });
});
