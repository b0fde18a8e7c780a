import { mutationOf } from './shared.mjs';

/** What acts on the rules, against the suites that run the functions on fakes. */
export default mutationOf({
  name: 'rest',
  mutate: ['effects', 'control', 'sweep'].map((room) => `functions/src/${room}/**/*.ts`),
  suites: ['effects', 'control', 'sweep'],
  // Stories that are played some hundred times: half a minute for each mutant that nothing else notices.
  leftOut: ['control/crash.test.ts', 'three thousand stock-outs'],
  leastScore: 80,
});
