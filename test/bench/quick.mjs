// Processor time (user and system) of the commands that a person waits for, against starting Node.js alone.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { timePairs } from './pairs.mjs';

const ROUNDS = 15;

/** `times` prints the shell's own time, then that of its children: `0m0.031s 0m0.008s`. */
const SCRIPT = '"$@" >/dev/null; times';
const TIME = /(\d+)m([\d.]+)s/g;

/**
 * @param {string} client the client's program
 * @param {{cwd: string, env: object}} where a project whose local cloud runs
 * @param {string} run a run that has ended, with a log
 */
export function benchQuick(client, where, run) {
  const secondsOf = async (words) => {
    const { stdout } = await promisify(execFile)('bash', ['-ec', SCRIPT, 'bash', process.execPath, ...words], where);
    const [, ofChildren = ''] = stdout.trim().split('\n');
    return [...ofChildren.matchAll(TIME)].reduce(
      (sum, [, minutes, seconds]) => sum + minutes * 60 + Number(seconds),
      0,
    );
  };
  const command =
    (...words) =>
    () => [client, ...words];
  return timePairs(
    {
      'validate-cpu': command('validate'),
      'ps-cpu': command('ps'),
      'show-cpu': command('show', run),
      'logs-cpu': command('logs', run),
    },
    () => ['-e', '0'],
    ROUNDS,
    { cost: (words) => secondsOf(words()) },
  );
}
