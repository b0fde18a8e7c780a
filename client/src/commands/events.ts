// `events`: lists the reports of a run's VMs.
import { targetFromHere, withDeployment } from '../deployment/connect';
import type { Context } from '../core/context';
import { showJson } from '../view/show-json';
import { EXIT } from '../core/exit-codes';
import { findRun } from '../runs/find-run';
import type { StoredEvent } from '../google/documents';
import { printableLine } from '../view/printable';
import { table } from '../view/table';
import { localSecond } from '../view/times';

const COLUMNS = ['TIME', 'ATTEMPT', 'WRITER', 'PHASE', 'WHAT'];

export function events(context: Context, text: string, options: { json?: boolean }): Promise<number> {
  return withDeployment(context, targetFromHere(context), async (deployment) => {
    const runs = await deployment.runs();
    const { run } = await findRun(runs, text);
    const found = await runs.events(run);
    if (options.json) {
      showJson(
        context,
        found.map(({ id, fields }) => ({ id, ...fields })),
      );
    } else if (found.length === 0) context.notice(`No VM of ${run} has reported yet.`);
    else context.print(table(COLUMNS, found.map(eventRow)));
    return EXIT.done;
  });
}

/** The document is a report with the time of its receipt. A missing field shows as `-`. */
function eventRow({ fields }: StoredEvent): string[] {
  const state = asRecord(fields['state']);
  const text = (value: unknown): string =>
    typeof value === 'string' || typeof value === 'number' ? printableLine(String(value)) : '-';
  return [
    localSecond(timeOf(fields)),
    text(fields['attempt']),
    text(fields['writer']),
    text(state['phase']),
    whatHappened(state),
  ];
}

function timeOf({ receivedAt, sentAt }: Record<string, unknown>): string | undefined {
  const time = receivedAt ?? sentAt;
  return typeof time === 'string' ? time : undefined;
}

function whatHappened(state: Record<string, unknown>): string {
  const [command, failure, publication, stopping] = ['command', 'failure', 'publication', 'stopping'].map((name) =>
    asRecord(state[name]),
  );
  const parts: string[] = [];
  if (command?.['exit'] !== undefined) parts.push(`command exited ${String(command['exit'])}`);
  if (failure?.['reason']) parts.push(`${String(failure['reason'])}: ${String(failure['message'] ?? '')}`);
  if (state['outcome'] === true) parts.push('results are in the bucket');
  if (publication?.['commit']) parts.push(`pushed ${String(publication['commit'])}`);
  if (publication?.['message']) parts.push(`push failed: ${String(publication['message'])}`);
  if (stopping?.['at']) parts.push(stopping['preempted'] === true ? 'is being preempted' : 'is going down');
  return printableLine(parts.join('; '));
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
