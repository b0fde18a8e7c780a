// Why Google does not make a VM: each row of the table is met by what Google has said.
import { classifyFailure } from '../../../functions/src/engine/vm/failure-lookup';
import { GOOGLE_FAILURES } from '../../../functions/src/engine/vm/google-failures';
import { ROWS } from './met-failures';

test.each(ROWS)('%s, %s, %s', (code, httpStatus, message, scope, reason) => {
  expect(classifyFailure({ code, message, ...(httpStatus !== undefined && { httpStatus }) })).toMatchObject({
    ...{ scope, reason },
    isKnown: true,
  });
});

test('a field that is missing in the request is not taken for a missing right', () => {
  const missing = { code: 'required', httpStatus: 400, message: "Required field 'resource' not specified" };
  expect(classifyFailure(missing)).toMatchObject({ scope: 'all', reason: 'invalid-machine', isKnown: false });
});

test('each row of the table fits one of these, and has sentences and a source', () => {
  const met = ROWS.map(([code, status, message]) =>
    GOOGLE_FAILURES.findIndex(
      (row) =>
        row.code.test(code) && (row.message?.test(message) ?? true) && (row.status?.includes(status ?? 0) ?? true),
    ),
  );
  expect([...new Set(met)].toSorted((a, b) => a - b)).toEqual(GOOGLE_FAILURES.map((_, index) => index));
  for (const { cause, next = 'The next step.', source } of GOOGLE_FAILURES) {
    expect(cause).toMatch(/^[A-Z{].*\.$/);
    expect(next).toMatch(/^[A-Z].*\.$/);
    expect(source).not.toBe('');
  }
});
