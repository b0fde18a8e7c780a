// Entries of the functions' log in Cloud Logging. https://cloud.google.com/logging/docs/reference/v2/rest/v2/entries/list
import { withDeadline } from '@mymlops/google';
import type { Connection } from './connection';
import { type Rest, restOnGoogle } from './rest';

const HOST = 'logging.googleapis.com';
/** Google takes at most so many for one page. */
const MOST = 1000;

interface WireEntry {
  timestamp?: string;
  severity?: string;
  jsonPayload?: Record<string, unknown>;
}

/**
 * Newest first, at most a thousand, since `since` (ISO 8601). Each has the fields that it was logged with, its severity and its time.
 * Throws RestError for a refusal: the role of who uses a deployment does not hold the permission `logging.logEntries.list`.
 */
export async function functionLog(
  { names, deadlineMs }: Pick<Connection, 'names' | 'deadlineMs'>,
  since: string,
  rest: Rest = restOnGoogle(HOST, names.project),
): Promise<Record<string, unknown>[]> {
  const services = Object.values(names.functions).map((name) => `"${name}"`);
  const filter = [
    'resource.type="cloud_run_revision"',
    `resource.labels.service_name=(${services.join(' OR ')})`,
    `timestamp>="${since}"`,
  ].join(' AND ');
  const body = {
    resourceNames: [`projects/${names.project}`],
    filter,
    orderBy: 'timestamp desc',
    pageSize: MOST,
  };
  const found = (await withDeadline('Cloud Logging', deadlineMs, rest('/v2/entries:list', body))) as {
    entries?: WireEntry[];
  };
  return (found.entries ?? []).map(({ timestamp, severity, jsonPayload }) => ({
    ...jsonPayload,
    time: timestamp,
    severity: severity ?? 'DEFAULT',
  }));
}
