// The pools in which a run needs a slot.
import { poolsOf } from '../../../functions/src/engine/run/pools';

const deployment = { pool: 'deployment', max: 20 };

test.each<[string, Parameters<typeof poolsOf>[0], object[]]>([
  ['no limit of its profile', { profile: 'gpu', maxParallel: undefined }, [deployment]],
  [
    'a limit of its profile, which comes first',
    { profile: 'gpu', maxParallel: 2 },
    [{ pool: 'profile-gpu', max: 2 }, deployment],
  ],
  ['a limit without a profile', { profile: undefined, maxParallel: 1 }, [{ pool: 'profile-', max: 1 }, deployment]],
])('%s', (_what, request, expected) => expect(poolsOf(request, 20)).toStrictEqual(expected));
