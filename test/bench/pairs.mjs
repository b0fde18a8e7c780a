// Measures two things in turn, so that a computer whose speed drifts slows both. Nothing here judges.

const median = (values) => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

const secondsOf = async (work) => {
  const startMs = performance.now();
  await work();
  return (performance.now() - startMs) / 1000;
};

/**
 * Runs every contestant and the floor once a round, after one round that does not count. `cost`: seconds of one run, on the
 * clock unless something else is given.
 * @param {Record<string, () => Promise<void>>} contestants
 * @param {() => Promise<void>} floor
 * @param {number} rounds
 * @param {{prepare?: Record<string, () => Promise<void>>, cost?: (work: () => Promise<unknown>) => Promise<number>}} options
 *   `prepare`: done before a contestant's turn, not timed
 * @returns rows `{name, value, unit, floor, ratio, spread}`: medians in seconds, the median of the rounds' ratios, and
 *   the smallest and largest of them.
 */
export async function timePairs(contestants, floor, rounds, { prepare = {}, cost = secondsOf } = {}) {
  const floors = [];
  const times = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    const floorSeconds = await cost(floor);
    if (round >= 0) floors.push(floorSeconds);
    for (const [name, work] of Object.entries(contestants)) {
      await prepare[name]?.();
      const seconds = await cost(work);
      if (round >= 0) times[name].push(seconds);
    }
    process.stderr.write('.');
  }
  process.stderr.write('\n');
  return Object.entries(times).map(([name, values]) => {
    const ratios = values.map((value, index) => value / floors[index]);
    const round = (value) => Number(value.toFixed(4));
    return {
      name,
      value: round(median(values)),
      unit: 's',
      floor: round(median(floors)),
      ratio: round(median(ratios)),
      spread: [round(Math.min(...ratios)), round(Math.max(...ratios))],
    };
  });
}
