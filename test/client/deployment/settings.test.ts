// The settings of a deployment, and the deployments to which this client sends nothing.
import { readSettings } from '../../../client/src/deployment/settings';
import { BUCKETS } from '../../fakes/buckets';

const SETTINGS = {
  ...{ v: 1, buckets: BUCKETS, version: '0.3.1', oldestClient: '0.2.0' },
  topics: { requests: 'a', events: 'b', sweeps: 'c' },
};
const GOOGLE = { project: 'a-project', deployment: 'team' };
const LOCAL = { project: 'local', deployment: 'mymlops' };

const read = (found: object | null, own: string, names = GOOGLE) =>
  readSettings({ names }, { document: () => Promise.resolve(found) }, own);

test.each(['0.2.0', '0.3.0', '0.3.9', '0.4.2'])('a client of version %s is a partner', async (own) => {
  expect(await read(SETTINGS, own)).toEqual(SETTINGS);
});

test('fields that a later version adds change nothing', async () => {
  const more = { ...SETTINGS, colour: 'red', topics: { ...SETTINGS.topics, more: 'd' } };
  expect(await read(more, '0.3.0')).toEqual(more);
});

test.each(['0.1.9', '0.5.0', '1.3.1'])(
  'a client of version %s sends nothing, and names the line that helps',
  async (own) => {
    await expect(read(SETTINGS, own)).rejects.toMatchObject({
      exitCode: 1,
      message: `Deployment "team" has version 0.3.1, and this client ${own}: they do not understand each other. Install the client for it: npm install mymlops-client@0.3`,
    });
  },
);

test('the functions may ask for more than the rule', async () => {
  await expect(read({ ...SETTINGS, oldestClient: '0.3.0' }, '0.2.9')).rejects.toThrow('mymlops-client@0.3');
});

test('settings of a much later version: their version is enough, whatever else they say', async () => {
  await expect(read({ v: 7, version: '3.0.0' }, '0.3.0')).rejects.toThrow('npm install mymlops-client@3.0');
});

test.each([
  ['there are none', null, 'Project a-project has no deployment "team". Check `project` and `deployment`'],
  ['they name no buckets', { ...SETTINGS, buckets: {} }, 'cannot be read (buckets.results:'],
  ['they are of another form', { v: 2, version: '0.3.0' }, 'npm install mymlops-client@latest'],
])('where %s the sentence says so', async (_what, found, sentence) => {
  await expect(read(found, '0.3.0')).rejects.toThrow(sentence);
});

test.each([
  ['has none', null, 'is of an earlier version'],
  ['has those of an earlier build', { v: 1, buckets: BUCKETS }, 'is of another version'],
  ['is too old', { ...SETTINGS, version: '0.1.0' }, 'has version 0.1.0, and this client 0.3.0'],
])('a running local cloud that %s is to be stopped', async (_what, found, sentence) => {
  const refused = read(found, '0.3.0', LOCAL);
  await expect(refused).rejects.toThrow(sentence);
  await expect(refused).rejects.toThrow('mymlops-client local down');
});
