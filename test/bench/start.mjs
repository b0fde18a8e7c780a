// `start` of an instance that is ready, until its address is printed, against an answer of its port and the 0.7 s that a person
// may wait beside that.
import { setTimeout as pause } from 'node:timers/promises';
import { timePairs } from './pairs.mjs';

const ROUNDS = 7;
const MAY_TAKE_MS = 700;

/** The section of mymlops.yml. */
export const startSection = (port) => `start:
  services:
    web:
      command: python3 -m http.server "$MYMLOPS_PORT" --bind "$MYMLOPS_BIND"
      port: ${port}
`;

/**
 * @param {(...args: string[]) => Promise<void>} mymlops runs the client, in a project with that section
 * @param {(program: string, args: string[]) => Promise<void>} run runs any program
 * @param {number} port
 */
export async function benchStart(mymlops, run, port) {
  await mymlops('start', 'bench');
  const answer = async () => {
    await run('curl', ['-fsS', '-o', '/dev/null', `http://127.0.0.1:${port}/`]);
    await pause(MAY_TAKE_MS);
  };
  const rows = await timePairs({ 'start-warm': () => mymlops('start', 'bench') }, answer, ROUNDS);
  await mymlops('delete', 'bench', '--yes');
  return rows;
}
