import { mutationOf } from './shared.mjs';

/** The rules, against their truth tables alone. */
export default mutationOf({
  name: 'engine',
  mutate: ['functions/src/engine/**/*.ts'],
  suites: ['engine'],
  leastScore: 90,
});
