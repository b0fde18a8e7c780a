// jest's own `test` and `expect`, without jest around them.
import { expect } from 'expect';
import * as circus from 'jest-circus';
import { ModuleMocker } from 'jest-mock';

const { describe, test, it, beforeAll, beforeEach, afterAll, afterEach } = circus;
const API = { describe, test, it, beforeAll, beforeEach, afterAll, afterEach, expect };
const TIMEOUT_MS = 30_000;

/**
 * Runs suites one after the other: hooks at the top of one must not apply to the next.
 *
 * @param suites what loads each suite, by name
 * @param names the suites to run
 * @param isWanted which tests to run, by id
 * @param isBailing whether the first failure ends the run
 * @param onTest gets the id of the test that begins, and undefined when it ends
 * @returns {Promise<{id: string, suite: string, status: 'passed' | 'failed' | 'skipped', ms: number, error?: string}[]>}
 */
export async function runTests({ suites, names, isWanted, isBailing, onTest }) {
  provideGlobals();
  const results = [];
  for (const name of names) {
    const ofSuite = await runSuite({ name, load: suites[name], isWanted, isBailing, onTest });
    results.push(...ofSuite);
    if (isBailing && ofSuite.some(({ status }) => status === 'failed')) break;
  }
  return results;
}

async function runSuite({ name, load, isWanted, isBailing, onTest }) {
  circus.resetState();
  circus.getState().testTimeout = TIMEOUT_MS;
  load();
  const tests = testsIn(circus.getState().rootDescribeBlock);
  const idsOf = new Map(tests.map((test) => [test, idOf(name, test)]));
  for (const [test, id] of idsOf) if (!isWanted(id)) test.mode = 'skip';

  const onEvent = (event) => {
    if (event.name === 'test_start') onTest(idsOf.get(event.test));
    if (event.name !== 'test_done') return;
    onTest(undefined);
    if (isBailing && event.test.errors.length > 0) for (const test of tests) test.mode = 'skip';
  };
  circus.addEventHandler(onEvent);
  try {
    const { unhandledErrors } = await circus.run();
    if (unhandledErrors.length > 0) throw new Error(unhandledErrors.join('\n'));
  } finally {
    circus.removeEventHandler(onEvent);
  }
  return tests.map((test) => ({
    id: idsOf.get(test),
    suite: name,
    status: test.errors.length > 0 ? 'failed' : test.status === 'skip' ? 'skipped' : 'passed',
    ms: test.duration ?? 0,
    error: String(test.errors[0]?.[0]?.message ?? test.errors[0]),
  }));
}

function provideGlobals() {
  const mocker = new ModuleMocker(globalThis);
  const jest = { spyOn: mocker.spyOn.bind(mocker), restoreAllMocks: () => mocker.restoreAllMocks() };
  Object.assign(globalThis, API, { jest });
}

const testsIn = (block) => (block.type === 'test' ? [block] : block.children.flatMap(testsIn));

function idOf(suite, test) {
  const words = [];
  for (let part = test; part.parent; part = part.parent) words.unshift(part.name);
  return `${suite} ${words.join(' ')}`;
}
