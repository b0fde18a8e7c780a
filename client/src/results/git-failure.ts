// What git says when it cannot fetch or push, as one line for people.
import { printableLine } from '../view/printable';

/** Lines that say no more than that it went wrong. */
const EMPTY_TALK =
  /failed to push some refs|Could not read from remote repository|make sure you have the correct access rights|^and the repository exists\./;

/** Git's own lines on it are sixteen, and the last one tells how to switch the protection off. */
const CHECKED_OUT = /\(branch is currently checked out\)/;
const CHECKED_OUT_ADVICE =
  'the branch is checked out in that repository, and git takes no push to such a branch. Check out another one there, or name another output_repository.branch for the next run.';

/** By a hook, a protected branch or a rule: the reason in brackets. */
const DECLINED = /rejected\].*\((.* declined.*)\)/;

/** The rejection with the other side's reason, else the last error that says anything. */
export function gitFailureLine(stderr: string): string {
  if (CHECKED_OUT.test(stderr)) return CHECKED_OUT_ADVICE;
  const [, reason] = DECLINED.exec(stderr) ?? [];
  if (reason !== undefined) return refusal(reason, stderr);
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !EMPTY_TALK.test(line));
  const rejected = lines.findLast((line) => line.includes('rejected]'))?.replace(/^.*?! /, '');
  const wrong = lines.findLast((line) => /\b(fatal|error|denied)\b/i.test(line) && !line.startsWith('remote:'));
  const remote = lines.findLast((line) => line.startsWith('remote:'))?.slice('remote: '.length);
  const told = [rejected ?? wrong ?? lines.at(-1) ?? 'git said nothing', remote].filter(Boolean).join('; ');
  return shown(told);
}

/** In the words of the VM's agent (functions/vm/agent/80-git.sh). Hosts draw lines around what they say, which say nothing. */
function refusal(reason: string, stderr: string): string {
  const said = stderr
    .split('\n')
    .filter((line) => line.startsWith('remote:'))
    .map((line) => line.slice('remote:'.length).trim())
    .filter((line) => /[^\s=*-]/.test(line))
    .join(' ');
  const advice = `the output repository refused it (${reason}). Allow it there, or name another output_repository.branch for the next run.`;
  return shown(said === '' ? advice : `${advice} It said: ${said}`);
}

const MOST_LETTERS = 1000;

/** On one line, without credentials, and cut off where it is too long. */
function shown(text: string): string {
  const line = printableLine(text.replace(/([a-z]+:\/\/)[^/@\s]*@/gi, '$1'));
  return line.length > MOST_LETTERS ? `${line.slice(0, MOST_LETTERS)}...` : line;
}
