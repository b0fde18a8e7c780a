// Each answer with which Google does not make a VM, given by the stand-in and read by the adapter: late, as the error of the
// operation, and at once.
import { randomUUID } from 'node:crypto';
import { classifyFailure } from '../../../functions/src/engine/vm/failure-lookup';
import type { Compute } from '../../../functions/src/ports/compute';
import type { OperationFault } from '../../../deploy/local/compute/records';
import { ROWS } from '../../engine/vm/met-failures';
import { aBody, standIn, ZONE } from './harness';

let late: OperationFault | undefined;
let atOnce: OperationFault | undefined;
let google: Awaited<ReturnType<typeof standIn>>;
let compute: Compute;
beforeAll(async () => {
  google = await standIn({ faults: { onInsert: () => late, onInsertCall: () => atOnce } });
  compute = google.open();
});
beforeEach(() => (late = atOnce = undefined));
afterAll(() => google.close());

const answerTo = () => compute.insert(ZONE, randomUUID(), aBody('refused'));

test.each(ROWS)('late: %s, %s, %s', async (code, httpStatus, message, scope, reason) => {
  late = { code, message, ...(httpStatus !== undefined && { httpStatus }) };
  const answer = await answerTo();
  if (!('operation' in answer)) throw new Error(`not begun: ${JSON.stringify(answer)}`);
  const state = await compute.awaitOperation(ZONE, answer.operation, 10);
  const failure = state.done ? state.failure : undefined;
  expect(failure).toMatchObject({ code, message });
  expect(classifyFailure(failure ?? { code: '', message: '' })).toMatchObject({ scope, reason, isKnown: true });
});

/** Those are called again, so that they never reach the table. */
const isTransient = (code: string, httpStatus: number): boolean =>
  httpStatus >= 500 || httpStatus === 429 || httpStatus === 408 || /^(user)?rateLimitExceeded$/i.test(code);

const REFUSED = ROWS.filter(([, httpStatus]) => httpStatus !== undefined);

test.each(REFUSED)('at once: %s, %s, %s', async (code, httpStatus, message, scope, reason) => {
  atOnce = { code, message, httpStatus: httpStatus ?? 0 };
  const answer = await answerTo().catch((error: unknown) => ({ thrown: error }));
  if (isTransient(code, httpStatus ?? 0)) return expect(answer).toHaveProperty('thrown');
  if (httpStatus === 409) return expect(answer).toEqual({ exists: true });
  if (!('refused' in answer)) throw new Error(`not refused: ${JSON.stringify(answer)}`);
  expect(answer.refused).toEqual({ code, message, httpStatus });
  expect(classifyFailure(answer.refused)).toMatchObject({ scope, reason, isKnown: true });
});
