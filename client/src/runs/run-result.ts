// The outcome of a followed run for the user: exit code, closing lines, and the JSON form.
import { EXIT } from '../core/exit-codes';
import type { Followed } from './follow';
import { metricsJson } from '../view/metrics';
import { printableLine } from '../view/printable';
import { localTime } from '../view/times';
import type { Target } from '../config/target';

/** Exit codes for a run that succeeded. A run that publishes nothing counts as done. */
const PUBLICATION_CODES = { done: EXIT.done, pending: EXIT.notFinished, failed: EXIT.error };

export function exitCodeOf({ why, document }: Followed): number {
  if (why === 'interrupted') return EXIT.interrupted;
  switch (document?.end?.status) {
    case 'succeeded':
      return PUBLICATION_CODES[document.publication?.state ?? 'done'];
    case 'failed':
      return EXIT.runFailed;
    case 'cancelled':
      return EXIT.cancelled;
    default:
      return EXIT.notFinished;
  }
}

/** Lines to print when the client stops following. */
export function closingLines(run: string, followed: Followed): string[] {
  const { why, document } = followed;
  if (why === 'interrupted') {
    return document?.end
      ? [`${run} has ended; its VM may not be deleted yet. See: mymlops-client show ${run}`]
      : [
          `${run} keeps running in the background.`,
          `  to follow it: mymlops-client logs -f ${run}`,
          `  to end it:    mymlops-client cancel ${run}`,
        ];
  }
  if (why === 'removed') return [`${run} was removed.`];
  const words: string[] = [];
  const publication = document?.publication;
  if (publication?.state === 'done') {
    const repository = ['the output repository', document?.request?.outputRepository?.url].filter(Boolean).join(' ');
    words.push(`${run}: published, commit ${printableLine(publication.commit)} of ${printableLine(repository)}`);
  }
  if (publication?.state === 'failed') {
    words.push(`${run}: the push to the output repository failed: ${printableLine(publication.message)}`);
    words.push(`  to push with your own git: mymlops-client publish ${run}`);
  }
  if (why === 'ended' && document?.keptUntil !== undefined)
    words.push(`The VM is kept until ${localTime(document.keptUntil)}, then deleted.`);
  if (publication?.state === 'pending') {
    words.push(`${run}: the push to the output repository has not finished yet; it continues in the background.`);
    words.push(`  to check later: mymlops-client show ${run}`);
  } else if (why === 'not-cleaned') {
    words.push(`The VM of ${run} is not deleted yet; the deletion continues. See: mymlops-client show ${run}`);
  }
  return words;
}

function exitCodeOfResult(followed: Followed | 'sent' | 'unknown'): number {
  if (typeof followed !== 'string') return exitCodeOf(followed);
  return followed === 'sent' ? EXIT.done : EXIT.notFinished;
}

/**
 * One element of `commit --json`. `sent`: accepted and not followed. `unknown`: it is not known whether it was accepted, or
 * how it went on.
 */
export function resultJson(
  { run, target, notebook }: { run: string; target: Target; notebook: string },
  followed: Followed | 'sent' | 'unknown',
): object {
  const document = typeof followed === 'string' ? null : followed.document;
  return {
    run,
    status: document?.status ?? (followed === 'unknown' ? 'unknown' : 'queued'),
    reason: document?.reason ?? null,
    message: document?.message ?? null,
    exitCode: exitCodeOfResult(followed),
    project: target.project,
    deployment: target.deployment,
    notebook,
    resultsUrl: document?.resultsUrl ?? null,
    metrics: metricsJson(document?.results?.metrics) ?? null,
    publication: document?.publication ?? null,
    cleaned: document ? document.end !== undefined && !document.live : false,
  };
}
