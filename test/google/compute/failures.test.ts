// A call to Compute Engine that failed: it refused, or it is in trouble and is called again.
import { DeadlineError, withDeadline } from '@mymlops/google';
import { isBrokenConnection, lateOrGone, insertRefusal } from '../../../functions/src/google/compute/failures';

/** As version 6 of the client throws it: Google's JSON body is the message. */
function failure(status: number, reason: string, message = 'why'): Error {
  const error = { code: status, message, errors: [{ message, domain: 'global', reason }] };
  return Object.assign(new Error(JSON.stringify({ error })), { code: String(status) });
}

test.each([
  [400, 'invalid', 'Requested disk size cannot be smaller than the image size (50 GB)'],
  [403, 'forbidden', "Required 'compute.instances.create' permission for 'projects/p'"],
  [403, 'quotaExceeded', "Quota 'CPUS' exceeded. Limit: 24.0 in region us-central1."],
  [404, 'notFound', "The resource 'projects/p/global/images/family/f' was not found"],
])('%d %s is a refusal, with its reason and words', (status, reason, message) => {
  expect(insertRefusal(failure(status, reason, message))).toEqual({
    refused: { code: reason, message, httpStatus: status },
  });
});

test.each([
  [403, 'rateLimitExceeded'], // a quota of calls in a minute, which the next minute has again
  [403, 'userRateLimitExceeded'],
  [408, 'timeout'],
  [429, 'resourceExhausted'],
  [500, 'internalError'],
  [503, 'backendError'],
])('%d %s is transient: it is thrown on, to be tried again', (status, reason) => {
  const error = failure(status, reason);
  expect(() => insertRefusal(error)).toThrow(error);
});

test.each(['ECONNRESET', undefined])('an error without a status is transient: code %s', (code) => {
  const error = Object.assign(new Error('socket hang up'), { code });
  expect(() => insertRefusal(error)).toThrow(error);
});

test('a name that is taken does not count as a refusal', () => {
  expect(insertRefusal(failure(409, 'alreadyExists'))).toEqual({ exists: true });
});

test('a refusal whose body is no JSON goes by its status', () => {
  const error = Object.assign(new Error('<html>Forbidden</html>'), { status: 403 });
  expect(insertRefusal(error)).toEqual({
    refused: { code: '403', message: '<html>Forbidden</html>', httpStatus: 403 },
  });
});

test('an operation that is not done in time is late, whatever the call is named', async () => {
  const late = withDeadline('any call', 1, new Promise<never>(() => undefined));
  expect(await late.catch(lateOrGone)).toBe('late');
});

test('an operation that Google does not know any more is gone', () => {
  expect(lateOrGone(failure(404, 'notFound'))).toBe('gone');
});

test.each([
  ['a failure of Google', failure(503, 'backendError')],
  ['an error that only speaks of a deadline', new Error('operations.wait: no answer in 1 ms')],
])('%s is neither', (_what, error) => {
  expect(error).not.toBeInstanceOf(DeadlineError);
  expect(() => lateOrGone(error)).toThrow(error);
});

const withCode = (code: string, message = 'why'): Error => Object.assign(new Error(message), { code });

test.each<[what: string, error: unknown, isIt: boolean]>([
  ['a connection that was reset', withCode('ECONNRESET'), true],
  ['one that was closed while we wrote', withCode('EPIPE'), true],
  ['one that hung up', new Error('request failed, reason: socket hang up'), true],
  ['the same, wrapped', new Error('fetch failed', { cause: withCode('UND_ERR_SOCKET') }), true],
  ['an answer of Google', failure(503, 'backendError'), false],
  ['no answer in time', new DeadlineError('late'), false],
  ['a server that is not there', withCode('ECONNREFUSED'), false],
  ['a mistake of ours', new TypeError('x is undefined'), false],
  ['nothing', undefined, false],
])('a broken connection: %s', (_what, error, isIt) => {
  expect(isBrokenConnection(error)).toBe(isIt);
});
