// StrykerJS changes one small thing in a source file (a mutant), and runs the tests that reach it. A mutant that no test
// notices has survived: a rule that could be broken without anybody seeing it.

/** Results that are kept from one call to the next; a call tests only what has changed since. */
const resultsOf = (name) => `reports/mutation/${name}.incremental.json`;

const pluginOf = (file) => new URL(file, import.meta.url).pathname;

/**
 * @param suites folders of `test/`
 * @param leftOut parts of the names of tests that cost too much; a name begins with its file
 * @param leastScore in percent of all mutants, those that no test reaches included. Below it the command exits with 1
 */
export const mutationOf = ({ name, mutate, suites, leftOut = [], leastScore }) => ({
  mutate,
  plugins: [pluginOf('runner.mjs'), pluginOf('ignore-logs.mjs')],
  testRunner: 'in-process',
  inProcess: { folders: suites.map((folder) => `test/${folder}`), leftOut },
  ignorers: ['logs'],
  coverageAnalysis: 'perTest',
  // Every mutant gets modules that are loaded anew, so what is computed at import can be broken like everything else.
  ignoreStatic: false,
  incremental: true,
  incrementalFile: resultsOf(name),
  concurrency: 2,
  // On top of half as much again as the tests took: a computer under load would otherwise count as noticing.
  timeoutMS: 30_000,
  reporters: ['clear-text'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { high: 100, low: leastScore, break: leastScore },
  allowConsoleColors: false,
  // StrykerJS would rewrite it with an interface of TypeScript that version 7 no longer has. esbuild needs no tsconfig.
  tsconfigFile: 'none',
});
