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
import { openRestWire } from './differential/rest-wire';
import { openWire, type Wire } from './differential/wire';

const PARAMETERS: Pick<fc.Parameters, 'numRuns' | 'seed'> = {
  numRuns: 200,
  seed: 20261121,
  ...(JSON.parse(process.env['DIFFERENTIAL'] ?? '{}') as object),
};

describeGooglesFirestore('the stand-in and Google', () => {
  let servers: FirestoreServer[] = [];
  const wires: Wire[] = [];
  beforeAll(async () => {
    servers = await Promise.all([startStandIn(), startGooglesFirestore()]);
  });
  afterAll(async () => {
    for (const wire of wires) wire.close();
    for (const server of servers) await server.close();
  });

  test.each([
    ['over gRPC', openWire],
    ['reading over REST', openRestWire],
  ])(
    'answer the same to any sequence of our calls, %s',
    async (way, open) => {
      const [ours, theirs] = servers.map(open) as [Wire, Wire];
      wires.push(ours, theirs);
      let count = 0;
      const isSame = fc.asyncProperty(sequence, fc.boolean(), async (calls, isWatched) => {
        const id = `sequence-${way.replaceAll(' ', '-').toLowerCase()}-${++count}`;
        const [our, their] = await Promise.all([play(ours, id, calls, isWatched), play(theirs, id, calls, isWatched)]);
        expect(our).toEqual(their);
      });
      await fc.assert(isSame, PARAMETERS);
    },
    3_600_000,
  );
});
