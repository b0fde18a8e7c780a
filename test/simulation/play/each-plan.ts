// Plays the plans that come on stdin, a JSON array, one after another. Prints the violations of each, as JSON too.
import { text } from 'node:stream/consumers';
import type { Plan } from '../faults/plan';
import { playHistory } from './history';

async function playEach(): Promise<void> {
  const violations: string[][] = [];
  for (const plan of JSON.parse(await text(process.stdin)) as Plan[]) {
    violations.push((await playHistory(plan)).violations);
  }
  console.log(JSON.stringify(violations));
}

playEach().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 2;
});
