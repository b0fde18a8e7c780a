// A project that is too deep for a VM of this computer's cloud, whose folders lie deeper than the user's own.
import { type Desk, newDesk } from './desk';

let desk: Desk;
beforeAll(async () => {
  desk = await newDesk({ isCold: true });
});
afterAll(() => desk.close());

test('a path that no run could open is an error before a run is made', async () => {
  const folders = Array.from({ length: 19 }, () => 'd'.repeat(200)).join('/');
  desk.write(`${folders}/${'x'.repeat(180)}.txt`, '');
  const { code, stdout, stderr } = await desk.client('commit', desk.notebook('a.ipynb', ['1']));
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(
    /\nA path of the project is too long for a run: .* but at most 4063 are possible\. Shorten it, .*: ddd.*\.\.\.\n$/,
  );
  expect(JSON.parse((await desk.client('ps', '--json')).stdout)).toEqual([]);
});
