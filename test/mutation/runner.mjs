// Runs the suites for StrykerJS in its own process. Its runner for jest starts jest for each mutant, which takes a second.
// Here the suites are bundled once, and each mutant evaluates the bundle anew: some tens of milliseconds.
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { constants, Script } from 'node:vm';
import { commonTokens, declareClassPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';
import {
  DryRunStatus,
  determineHitLimitReached,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import { bundleSuites } from './bundle-suites.mjs';
import { runTests } from './run-tests.mjs';

/** A program that a test starts learns here which mutant is active. */
const MUTANT_FOR_CHILDREN = '__STRYKER_ACTIVE_MUTANT__';

class InProcessRunner {
  static inject = tokens(commonTokens.options);
  /** Where the broken code reads which mutant is active, and counts what it passes. */
  namespace = (globalThis.__stryker__ ??= {});

  constructor(options) {
    const { folders, leftOut } = options.inProcess;
    this.folders = folders;
    this.isLeftOut = (id) => leftOut.some((part) => id.includes(part));
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    const { names, code } = await bundleSuites(process.cwd(), this.folders);
    this.names = names;
    const filename = join(process.cwd(), 'suites.cjs');
    this.require = createRequire(filename);
    this.script = new Script(`(function (require, module, exports) {${code}\n})`, {
      filename,
      importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
  }

  async dryRun() {
    this.namespace.mutantCoverage = { static: {}, perTest: {} };
    const result = await this.run({ isBailing: false });
    return { ...result, mutantCoverage: this.namespace.mutantCoverage };
  }

  async mutantRun({ activeMutant, sandboxFileName, testFilter, hitLimit, disableBail }) {
    this.namespace.activeMutant = activeMutant.id;
    process.env[MUTANT_FOR_CHILDREN] = activeMutant.id;
    this.namespace.hitLimit = hitLimit;
    this.namespace.hitCount = hitLimit === undefined ? undefined : 0;
    try {
      const result = await this.run({
        only: testFilter && new Set(testFilter),
        isBailing: !disableBail,
        mutated: relative(process.cwd(), sandboxFileName),
      });
      const late = determineHitLimitReached(this.namespace.hitCount, hitLimit);
      return toMutantRunResult(late ?? result);
    } finally {
      this.namespace.activeMutant = undefined;
      delete process.env[MUTANT_FOR_CHILDREN];
    }
  }

  async run({ only, isBailing, mutated = '' }) {
    const isWanted = only ? (id) => only.has(id) : (id) => !this.isLeftOut(id);
    const hasWanted = only ? (name) => [...only].some((id) => id.startsWith(`${name} `)) : isWanted;
    try {
      const results = await runTests({
        suites: this.load(),
        names: nearestFirst(this.names.filter(hasWanted), mutated),
        isWanted,
        isBailing,
        onTest: (id) => {
          this.namespace.currentTestId = id;
        },
      });
      return { status: DryRunStatus.Complete, tests: results.map(asStrykers) };
    } catch (error) {
      return { status: DryRunStatus.Error, errorMessage: String(error?.stack ?? error) };
    }
  }

  /** The suites, by name, with modules that nothing has loaded yet. */
  load() {
    const module = { exports: {} };
    this.script.runInThisContext()(this.require, module, module.exports);
    return module.exports.suites;
  }
}

/** The suites of the mutated file first, then those of its folder: they notice most, and the first failure ends the run. */
function nearestFirst(suites, mutated) {
  const path = mutated.replace(/^functions\/src/, 'test').replace(/\.ts$/, '');
  const isOfFile = (suite) => suite.startsWith(`${path}.`) || suite.startsWith(`${path}-`);
  const distance = (suite) => (isOfFile(suite) ? 0 : dirname(suite) === dirname(path) ? 1 : 2);
  return suites.toSorted((a, b) => distance(a) - distance(b));
}

const STATUSES = { passed: TestStatus.Success, failed: TestStatus.Failed, skipped: TestStatus.Skipped };

const asStrykers = ({ id, suite, status, ms, error }) => ({
  id,
  name: id,
  status: STATUSES[status],
  timeSpentMs: ms,
  fileName: join(process.cwd(), suite),
  ...(status === 'failed' && { failureMessage: error }),
});

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'in-process', InProcessRunner)];

const texts = { type: 'array', items: { type: 'string' } };

export const strykerValidationSchema = {
  properties: { inProcess: { type: 'object', properties: { folders: texts, leftOut: texts } } },
};
