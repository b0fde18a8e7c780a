// The order of suites: jest knows their sizes only, and the longest two are small files. Begun last, they would be waited
// for by idle workers.
const { default: Sequencer } = require('@jest/test-sequencer');

const LONGEST = ['simulation/simulation.test.ts', 'vm/run/many-results.test.ts'];

const rank = ({ path }) => (LONGEST.some((name) => path.endsWith(name)) ? 0 : 1);

module.exports = class LongestFirst extends Sequencer {
  /** @override */
  async sort(tests) {
    // oxlint-disable-next-line unicorn/no-array-sort -- it is jest's sequencer that sorts
    const sorted = await super.sort(tests);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
};
