// Names that follow from project and deployment, and run and attempt out of the name of a VM.
import { attemptInName, deadLetterOf, isDeployment, namesOf, vmName } from '@mymlops/protocol';

const RUN = '20261121-100000-abcd';

test.each([
  ['mymlops', true],
  ['a', true],
  ['team-2', true],
  ['a'.repeat(20), true],
  ['a'.repeat(21), false],
  ['', false],
  ['2-team', false],
  ['-a', false],
  ['Team', false],
  ['a_b', false],
  ['a\n', false],
  ['a-', false],
  ['team-google', false],
  ['goog', false],
])('%j may name a deployment: %s', (text, isName) => {
  expect(isDeployment(text)).toBe(isName);
});

test('every name begins with the deployment', () => {
  expect(namesOf('p', 'd')).toEqual({
    project: 'p',
    deployment: 'd',
    topics: { requests: 'd-requests', events: 'd-events', sweeps: 'd-sweeps' },
    functions: { request: 'd-request', event: 'd-event', sweep: 'd-sweep' },
    database: 'd-runs',
    accounts: {
      request: 'd-request',
      event: 'd-event',
      sweep: 'd-sweep',
      vm: 'd-agent',
      push: 'd-push',
      build: 'd-build',
    },
  });
  expect(deadLetterOf('d-requests')).toBe('d-requests-dead');
});

test('another name is an error', () => {
  expect(() => namesOf('p', 'D')).toThrow('not a deployment name: D');
});

test.each([1, 12, 3000])('attempt %i is found in the name of its VM', (attempt) => {
  expect(attemptInName('team-2', vmName('team-2', RUN, attempt))).toEqual({ run: RUN, attempt });
});

test('the longest name of a VM is one that Compute Engine accepts', () => {
  expect(vmName('a'.repeat(20), RUN, 999_999)).toMatch(/^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/);
});

test.each([
  ['another deployment', `other-${RUN}-1`],
  ['a deployment whose name begins alike', `team-2-b-${RUN}-1`],
  ['without the deployment', `${RUN}-1`],
  ['without an attempt', `team-2-${RUN}`],
  ['attempt 0', `team-2-${RUN}-0`],
  ['an attempt with a leading zero', `team-2-${RUN}-01`],
  ['an attempt that is not a number', `team-2-${RUN}-x`],
  ['another run id', 'team-2-20261121-1'],
  ['the deployment alone', 'team-2-'],
])('no run is found in the name of %s', (_what, name) => {
  expect(attemptInName('team-2', name)).toBeUndefined();
});
