import { mutationOf } from './shared.mjs';

/** The adapters, against the stand-ins in the test's own process. */
export default mutationOf({
  name: 'google',
  mutate: ['functions/src/google/**/*.ts'],
  suites: ['google'],
  // Java, and a process for each suite: they hold the stand-ins to Google's ways, which the same tests then ask for.
  leftOut: ["on Google's emulator"],
  leastScore: 80,
});
