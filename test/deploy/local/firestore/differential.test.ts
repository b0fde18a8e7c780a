// Our Firestore against Google's emulator: the same random calls, the same answers. Longer, by hand:
//
//   DIFFERENTIAL='{"numRuns":5000,"seed":1}' npx jest --runInBand test/deploy/local/firestore/differential
import fc from 'fast-check';
import {
  describeGooglesFirestore,
  startGooglesFirestore,
  startStandIn,
  type FirestoreServer,
} from '../../../emulators/firestore';
import { sequence } from './differential/calls';
import { play } from './differential/play';
import { openWire, type Wire } from './differential/wire';

const PARAMETERS: Pick<fc.Parameters, 'numRuns' | 'seed'> = {
  numRuns: 200,
  seed: 20261121,
  ...(JSON.parse(process.env['DIFFERENTIAL'] ?? '{}') as object),
};

describeGooglesFirestore('the stand-in and Google', () => {
  let servers: FirestoreServer[] = [];
  let ours: Wire;
  let theirs: Wire;
  beforeAll(async () => {
    servers = await Promise.all([startStandIn(), startGooglesFirestore()]);
    [ours, theirs] = servers.map(openWire) as [Wire, Wire];
  }, 60_000);
  afterAll(async () => {
    for (const wire of [ours, theirs]) wire.close();
    for (const server of servers) await server.close();
  });

  test('answer the same to any sequence of our calls', async () => {
    let count = 0;
    const isSame = fc.asyncProperty(sequence, fc.boolean(), async (calls, isWatched) => {
      const id = `sequence-${++count}`;
      const [our, their] = await Promise.all([play(ours, id, calls, isWatched), play(theirs, id, calls, isWatched)]);
      expect(our).toEqual(their);
    });
    await fc.assert(isSame, PARAMETERS);
  }, 3_600_000);
});
