// The oracle's table of Google's answers against the functions' own: they are written apart, and must agree.
import { classifyFailure } from '../../../functions/src/engine/vm/failure-lookup';
import { GOOGLE_FAILURES } from '../../../functions/src/engine/vm/google-failures';
import { ANSWERS, AS_PLANNED } from './google-answers';

test.each(ANSWERS)('$code $message $httpStatus: $scope, $reason', (answer) => {
  const { code, message = AS_PLANNED, httpStatus, scope, reason, isUnknown = false } = answer;
  const said = { code, message, ...(httpStatus !== undefined && { httpStatus }) };
  expect(classifyFailure(said)).toMatchObject({ scope, reason, isKnown: !isUnknown });
});

test('each pair of scope and reason that the functions know is drawn', () => {
  const pairOf = ({ scope, reason }: { scope: string; reason: string }): string => `${scope} ${reason}`;
  expect(new Set(ANSWERS.map(pairOf))).toEqual(new Set(GOOGLE_FAILURES.map(pairOf)));
});
