// What Google says, in words that say what to do, and whether anything can have happened.
import { describeFailure, isRefusal } from '../../../client/src/google/failures';
import { ExpectedError } from '../../../client/src/core/errors';

const failure = (code: number | string, message: string): Error => Object.assign(new Error(message), { code });

// The wording for a project that is shut down differs by service; the code is what counts.
test('a project that was deleted: nothing was sent, and the sentence asks for project and deployment', () => {
  const gone = failure(5, '5 NOT_FOUND: Requested project not found or user does not have access to it (project=p).');
  expect(isRefusal(gone)).toBe(true);
  expect(describeFailure(gone)).toMatch(/^Requested .*It does not exist\. Check the project/);
  // The bucket is called before anything is published.
  expect(describeFailure(failure(404, 'The specified bucket does not exist.'))).toContain('Check the project');
});

test('a call that may have worked does not count as refused', () => {
  for (const code of [4, 8, 13, 14]) expect(isRefusal(failure(code, 'x'))).toBe(false);
});

test('an error that was expected keeps its words; a defect comes with its place', () => {
  expect(describeFailure(new ExpectedError('Do this.'))).toBe('Do this.');
  expect(describeFailure(new TypeError('x is undefined'))).toMatch(
    /This is a bug; please report it:\n[^]*failures\.test/,
  );
  expect(describeFailure(failure('ENOSPC', 'write'))).toBe(
    'mymlops-client failed: write. The disk is full: free some space.',
  );
});

test.each([
  [
    7,
    '7 PERMISSION_DENIED: Cloud Firestore API has not been used in project 12 before or it is disabled.',
    /service is not enabled in the/,
  ],
  [403, 'The billing account for the owning project is disabled in state absent', /no active billing account\./],
  [403, 'me@example.com does not have storage.objects.get access', /access\. Your account lacks the permission/],
  [503, 'Backend Error', /^Backend Error\. The service failed\. Try again/],
  [429, 'rateLimitExceeded', /There were too many requests\./],
  [8, '8 RESOURCE_EXHAUSTED: Quota exceeded.', /^Quota exceeded\. There were too many requests/],
  [13, '13 INTERNAL: x', /^x\. The service failed/],
])('%s %s was reported as a defect, or sent to the wrong place', (code, message, sentence) => {
  expect(describeFailure(failure(code, message))).toMatch(sentence);
});

test('what the system refuses comes with what to do', () => {
  const full = Object.assign(new Error("ENOSPC: no space left on device, write '/x'"), { code: 'ENOSPC' });
  expect(describeFailure(full)).toBe(
    "mymlops-client failed: ENOSPC: no space left on device, write '/x'. The disk is full: free some space.",
  );
});
