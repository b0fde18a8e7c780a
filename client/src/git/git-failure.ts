// Why git failed, in one line for users, from everything that it printed. The VM's agent has the same rule
// (functions/vm/common/49-git-failure.sh), and a table of real answers holds for both (test/git-answers/).
import { cutText } from '@mymlops/protocol';
import { printableLine } from '../view/printable';

/** Lines that say nothing about a failure. Some hosts draw lines around their messages. */
const TALK =
  /^(hint:|[wW]arning:|To |\*\* |\t)|^(Everything up-to-date|Please make sure you have the correct access rights|and the repository exists\.)$|^remote:[\s=*-]*$/;

/** Lines that git prints after many failures, whatever the cause. */
const CONSEQUENCE =
  /failed to push some refs|Could not read from remote repository|remote end hung up|early EOF|unexpected disconnect|index-pack failed|unpack-objects failed|abnormal exit|invalid index-pack output|failed to write object$|fsck error in packed object$|possible repository corruption on the remote side|error in sideband demultiplexer|pack-objects died of signal|write error: Broken pipe$|unable to read askpass response|\((unpacker error|failed to update ref|unable to migrate objects to permanent storage)\)$/;

/** git prints sixteen lines about this, and the last one tells how to switch the protection off. */
const CHECKED_OUT = '(branch is currently checked out)';
const CHECKED_OUT_ADVICE =
  'The branch is checked out in that repository, and git refuses a push to such a branch. Check out another branch there, or choose another output_repository.branch for the next run.';

/**
 * The first error is the cause, and later ones follow from it. ssh does not mark its errors, so its last line counts. A line
 * that only follows from another failure is used if there is no better one.
 */
export function gitFailureLine(stderr: string): string {
  const lines = stderr
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && !TALK.test(line));
  const telling = lines.filter((line) => !CONSEQUENCE.test(line));
  const rejected = telling.find((line) => line.includes('rejected]'))?.replace(/^.*?! /, '');
  const said = telling
    .filter((line) => line.startsWith('remote:') && !line.includes('rejected]'))
    .map((line) => line.slice('remote:'.length).trim())
    .join(' ');
  if (rejected?.includes(CHECKED_OUT)) return CHECKED_OUT_ADVICE;
  if (rejected?.includes('declined')) return shown(refusal(rejected, said));
  const wrong = rejected ?? telling.find((line) => /^(fatal|error|FATAL|ERROR):/.test(line));
  if (said !== '') {
    const cause = wrong === undefined ? '' : `${wrong.replace(/\.$/, '')}. `;
    return shown(`${cause}The output repository said: ${said}`);
  }
  return shown(wrong ?? telling.at(-1) ?? lines[0]?.replace(/^ ! /, '') ?? 'git failed and said nothing');
}

/** A refusal by a hook, a protected branch or a rule. git puts the reason in brackets. */
function refusal(rejected: string, said: string): string {
  const reason = rejected.slice(rejected.lastIndexOf('(') + 1);
  const advice = `The output repository refused the push (${reason}. Allow it there, or choose another output_repository.branch for the next run.`;
  return said === '' ? advice : `${advice} It said: ${said}`;
}

/** Whether the line `cause` means that another push was faster, or is under way. */
export const isRace = (cause: string): boolean =>
  /fetch first|non-fast-forward|stale info|cannot lock ref|failed to update ref|failed to lock|incorrect old value|reference already exists/.test(
    cause,
  ) && !/ermission denied|ead-only file system|No space left|exists; cannot create/.test(cause);

/** Whether the line `cause` means that the repository uses another hash algorithm than ours. */
export const isOtherHash = (cause: string): boolean => /hash algorithm|mismatched algorithms|object format/.test(cause);

const MOST_LETTERS = 1000;

/** Puts the text on one line, removes credentials, and shortens it if it is too long. */
function shown(text: string): string {
  const line = printableLine(text.replace(/([a-z]+:\/\/)[^/@\s]*@/gi, '$1'));
  return line.length > MOST_LETTERS ? `${cutText(line, MOST_LETTERS)}...` : line;
}
