// A run as `cancel` and `rm` name it: `latest` does not say which run it was.
import type { RunDocument } from '@mymlops/protocol';
import { printableLine } from './printable';
import { localTime } from './times';

/** `20260101-000000-aaaa (train.ipynb, started 2026-01-01 01:00)`. */
export function runTitle(run: string, { notebook, startedAt, submittedAt }: RunDocument): string {
  const time = startedAt ? `started ${localTime(startedAt)}` : submittedAt && `submitted ${localTime(submittedAt)}`;
  const about = [notebook && printableLine(notebook), time].filter(Boolean).join(', ');
  return about ? `${run} (${about})` : run;
}
