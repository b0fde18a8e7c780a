import { mutationOf } from './shared.mjs';

/** What acts on the rules, against all suites that run the functions in the test's own process. */
export default mutationOf({
  name: 'rest',
  mutate: ['effects', 'control', 'sweep', 'google'].map((room) => `functions/src/${room}/**/*.ts`),
  suites: ['engine', 'effects', 'control', 'sweep', 'google'],
  leastScore: 80,
});
