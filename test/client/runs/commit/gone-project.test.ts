// A project that was deleted, as its services answer then, and a deployment of another version: nothing is sent to it, and the
// user reads what does not exist or does not fit.
import { join } from 'node:path';
import { DEPLOYMENT_SETTINGS, runPath } from '@mymlops/protocol';
import { startStandIns, type StandIns } from '../../stand-ins';
import { useTempFolders, writeFiles } from '../../temp-folder';

const tempFolder = useTempFolders();
let deployment: StandIns | undefined;
afterEach(() => deployment?.close());

const NOTEBOOK = JSON.stringify({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: {},
  cells: [{ cell_type: 'code', source: '1' }],
});

async function commit(hasBucket: boolean, settings: object = {}) {
  const folder = tempFolder();
  const project = join(folder, 'project');
  writeFiles(project, { 'mymlops.yml': 'project: local\ncommit: {command: ./run.sh}\n', 'a.ipynb': NOTEBOOK });
  deployment = await startStandIns(folder, { hasBucket });
  const { firestore } = deployment;
  await firestore.doc(DEPLOYMENT_SETTINGS).set(settings, { merge: true });
  deployment.onMessage(({ run }) => firestore.doc(runPath(String(run))).set({ v: 1, status: 'queued', attempts: {} }));
  const { code, said, printed } = await deployment.client(['commit', '--detach', 'a.ipynb'], project);
  return { code, said: said.join('\n'), printed: printed(), sent: deployment.received.length + deployment.waiting() };
}

test('its bucket is gone: commit sends nothing, names no run, and says what to look at', async () => {
  const { said, ...rest } = await commit(false);
  expect(rest).toEqual({ code: 1, printed: '', sent: 0 });
  expect(said).toMatch(/bucket does not exist.*Check the project and the deployment/);
});

test('if the bucket exists, the same commit is sent', async () => {
  const { code, printed, sent } = await commit(true);
  expect([code, sent > 0]).toEqual([0, true]);
  expect(printed).toMatch(/^\d{8}-\d{6}-[a-z0-9]{4}\n$/);
});

test('functions of a version that is too far away: commit sends nothing, and says what to do', async () => {
  const { said, ...rest } = await commit(true, { version: '7.0.0' });
  expect(rest).toEqual({ code: 1, printed: '', sent: 0 });
  expect(said).toMatch(/has version 7\.0\.0, and this client .*: they do not understand each other\. Stop it/);
});

test("a field of the settings that this client does not know is in nobody's way", async () => {
  expect(await commit(true, { colour: 'red' })).toMatchObject({ code: 0 });
});
