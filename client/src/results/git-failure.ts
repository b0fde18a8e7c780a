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

/** The rejection with the other side's reason, else the last error that says anything. Without credentials. */
export function gitFailureLine(stderr: string): string {
  if (CHECKED_OUT.test(stderr)) return CHECKED_OUT_ADVICE;
  const [, reason] = DECLINED.exec(stderr) ?? [];
  if (reason !== undefined) return refusal(reason, stderr);
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !EMPTY_TALK.test(line));
  const rejected = lines.findLast((line) => line.includes('rejected]'))?.replace(/^.*?! /, '');
  const wrong = lines.findLast((line) => /\b(fatal|error|denied)\b/i.test(line) && !line.startsWith('remote:'));
  const remote = lines.findLast((line) => line.startsWith('remote:'))?.slice('remote: '.length);
  const told = [rejected ?? wrong ?? lines.at(-1) ?? 'git said nothing', remote].filter(Boolean).join('; ');
  return printableLine(told.replace(/([a-z]+:\/\/)[^/@\s]*@/gi, '$1'));
}

/** In the words of the VM's agent (functions/vm/agent/80-git.sh). Hosts draw lines around what they say, which say nothing. */
function refusal(reason: string, stderr: string): string {
  const said = stderr
    .split('\n')
    .flatMap((line) => /^remote: *(.*[^\s=*-].*?)\s*$/.exec(line)?.[1] ?? [])
    .join(' ');
  const advice = `the output repository refused it (${reason}). Allow it there, or name another output_repository.branch for the next run.`;
  return printableLine(said === '' ? advice : `${advice} It said: ${said}`);
}
