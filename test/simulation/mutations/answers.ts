// The engine broken on purpose: what is made of Google's answers to an insert.
import type { InsertFault } from '../faults/plan';
import { RUN, engine, type Mutation } from './mutation';

const answered = (attempt: number, code: string, more: Partial<InsertFault> = {}): InsertFault => ({
  ...{ kind: 'insert', run: RUN, attempt, code },
  ...more,
});
const TWO_REGIONS = ['east-a', 'east-b', 'zone-a', 'zone-b'];
const LOCATIONS = 'Location violates constraint constraints/gcp.resourceLocations on the resource.';

export const ANSWERS_MISREAD: Mutation[] = [
  {
    name: 'a region that refused counts as one zone',
    file: engine('vm/capacity'),
    from: "const place = scope === 'region' ? regionOf(zone) : scope === 'project' ? PROJECT : zone;",
    to: 'const place = zone;',
    shownBy: { plan: { zones: TWO_REGIONS }, faults: [answered(1, 'REGION_RESOURCE_POOL_EXHAUSTED')] },
  },
  {
    name: 'a quota of one region ends the run, and another region is left',
    file: engine('run/interruption'),
    from: "mayRetry: refused.scope !== 'all'",
    to: "mayRetry: refused.scope === 'zone'",
    shownBy: { plan: { zones: TWO_REGIONS }, faults: [answered(1, 'QUOTA_EXCEEDED')] },
  },
  {
    name: 'a policy on one zone ends the run',
    file: engine('run/interruption'),
    from: "mayRetry: refused.scope !== 'all'",
    to: "mayRetry: refused.reason !== 'permission' && refused.scope !== 'all'",
    shownBy: { faults: [answered(1, 'conditionNotMet', { message: LOCATIONS, httpStatus: 412, isAtOnce: true })] },
  },
  {
    name: 'the run waits where every zone has refused for a reason that lasts',
    file: engine('vm/zone-choice'),
    from: 'return isExhausted && failure ?',
    to: 'return isExhausted && failure && false ?',
    shownBy: {
      faults: [1, 2].map((attempt) => answered(attempt, 'conditionNotMet', { message: LOCATIONS, httpStatus: 412 })),
    },
  },
  {
    name: 'a stock-out of one zone, and a reason that lasts of the other, end the run',
    file: engine('vm/zone-choice'),
    from: 'const isExhausted = candidates.every((zone) => covers(lasting, zone));',
    to: 'const isExhausted = candidates.some((zone) => covers(lasting, zone));',
    shownBy: {
      faults: [answered(1, 'GPU_STOCKOUT'), answered(2, 'conditionNotMet', { message: LOCATIONS, httpStatus: 412 })],
    },
  },
  {
    name: 'an unknown failure that comes again and again is tried for ever',
    file: engine('vm/failure-lookup'),
    from: 'const SAME_UNKNOWN = 5;',
    to: 'const SAME_UNKNOWN = 500;',
    shownBy: { faults: [1, 2, 3, 4, 5, 6, 7].map((attempt) => answered(attempt, 'SOMETHING_NEW')) },
  },
  {
    name: 'an unknown failure with 4xx counts as trouble of its zone',
    file: engine('vm/failure-lookup'),
    from: 'status !== undefined && status >= 400 && status < 500',
    to: 'status !== undefined && status > 499 && status < 500',
    shownBy: { faults: [answered(1, 'SOMETHING_WRONG', { httpStatus: 400 })] },
  },
  {
    name: 'an unknown failure with 5xx ends the run',
    file: engine('vm/failure-lookup'),
    from: 'status !== undefined && status >= 400 && status < 500',
    to: 'status !== undefined && status >= 400',
    shownBy: { faults: [answered(1, 'SOMETHING_DOWN', { httpStatus: 503, isAtOnce: true })] },
  },
];
