// What Google says, in words that say what to do, and whether anything can have happened.
import { describeFailure, isRefusal } from '../../../client/src/google/failures';
import { ExpectedError } from '../../../client/src/errors';

const failure = (code: number | string, message: string): Error => Object.assign(new Error(message), { code });

// The wording for a project that is shut down differs by service; the code is what counts.
test('a project that was deleted: nothing was sent, and the sentence asks for project and deployment', () => {
  const gone = failure(5, '5 NOT_FOUND: Requested project not found or user does not have access to it (project=p).');
  expect(isRefusal(gone)).toBe(true);
  expect(describeFailure(gone)).toMatch(/^Requested .*It does not exist: is this the right project and deployment/);
  // The bucket is asked before anything is published.
  expect(describeFailure(failure(404, 'The specified bucket does not exist.'))).toContain('is this the right project');
});

test('what may or may not have happened is no refusal', () => {
  for (const code of [4, 8, 13, 14]) expect(isRefusal(failure(code, 'x'))).toBe(false);
});

test('an error that was expected keeps its words; a defect comes with its place', () => {
  expect(describeFailure(new ExpectedError('Do this.'))).toBe('Do this.');
  expect(describeFailure(new TypeError('x is undefined'))).toMatch(/defect of it.*\n[^]*failures\.test/);
  expect(describeFailure(failure('ENOSPC', 'write'))).toBe(
    'mymlops-client failed: write. The disk is full: make room.',
  );
});
