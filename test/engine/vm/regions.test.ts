import { covers, regionOf } from '../../../functions/src/engine/vm/regions';

test.each([
  ['europe-west4-a', 'europe-west4'],
  ['us-central1-f', 'us-central1'],
  // Zones for accelerators: https://cloud.google.com/compute/docs/regions-zones/ai-zones
  ['us-south1-ai1b', 'us-south1'],
  ['local-a', 'local'],
])('%s is in %s', (zone, region) => expect(regionOf(zone)).toBe(region));

test.each<[places: string[], isIt: boolean]>([
  [[], false],
  [['us-central1-a'], true],
  [['us-central1'], true],
  [['project'], true],
  [['us-central1-b', 'us-central'], false],
])('%j covers us-central1-a: %s', (places, isIt) => expect(covers(places, 'us-central1-a')).toBe(isIt));
