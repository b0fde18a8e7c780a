// A commit that is not understood becomes a run that says so.
import { commitEnvelope, parseJson, REASONS } from '@mymlops/protocol';
import { EMPTY_RUN } from '../engine/run/observe';
import type { Context } from '../ports';

/** The run; undefined where nothing tells which it would be. If there is a run of that id, it is left alone. */
export async function tellSender(
  text: string,
  cause: string,
  { runs, now }: Pick<Context, 'runs' | 'now'>,
): Promise<string | undefined> {
  const envelope = parseJson(commitEnvelope, text);
  if (!envelope.ok) return undefined;
  const message = `${REASONS['invalid-request']} (${cause})`;
  const at = new Date(now()).toISOString();
  const end = { status: 'failed' as const, reason: 'invalid-request' as const, message, at };
  await runs.create(envelope.value.run, { ...EMPTY_RUN, end });
  return envelope.value.run;
}
