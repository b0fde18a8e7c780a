// What the agent asks of the bucket and says of itself, in order, as recorded from the real one: traces.test.ts holds it to
// this table, and a model of the agent can be compared with it.
import type { Report } from '@mymlops/protocol';

/**
 * `bucket`: calls for claim, fence and outcome.json of an agent whose side loop is quiet. `said`: facts in the order in which reports
 * first hold them: which of them come together in one report is a matter of time, as reports are cumulative.
 */
export interface Trace {
  bucket: string[];
  said: string[];
}

const CLAIM = ['create claim', 'look claim', 'look fenced'];
/** It looks before its command and with its results, and then creates what counts. */
const PUBLISHES = ['look fenced', 'create outcome'];
const TO_THE_END = [...CLAIM, 'look fenced', ...PUBLISHES];
const EXECUTES = ['boot', 'source', 'execute'];

export const TRACES = {
  succeeds: { bucket: TO_THE_END, said: [...EXECUTES, 'publish', 'command 0', 'outcome'] },
  'user error': { bucket: TO_THE_END, said: [...EXECUTES, 'publish', 'command 3', 'outcome'] },
  'setup fails': {
    bucket: [...CLAIM, ...PUBLISHES],
    said: ['boot', 'source', 'setup', 'publish', 'failure setup-failed', 'outcome'],
  },
  'time limit': { bucket: TO_THE_END, said: [...EXECUTES, 'publish', 'command 143 timed out', 'outcome'] },
  'fenced before boot': { bucket: CLAIM, said: [] },
  'fenced while it executes': { bucket: [...CLAIM, 'look fenced', 'look fenced'], said: EXECUTES },
  'preempted while it executes': {
    bucket: [...CLAIM, 'look fenced', 'look fenced'],
    said: [...EXECUTES, 'stopping preempted'],
  },
  'voided before its outcome': {
    bucket: [...TO_THE_END, 'look outcome'],
    said: [...EXECUTES, 'publish', 'command 0'],
  },
  'push done': { bucket: TO_THE_END, said: [...EXECUTES, 'publish', 'command 0', 'outcome', 'published'] },
  'push failed': { bucket: TO_THE_END, said: [...EXECUTES, 'publish', 'command 0', 'outcome', 'not published'] },
} satisfies Record<string, Trace>;

const OBJECT = /^(POST|GET) runs\/[^/]+\/attempts\/\d+\/(claim|fenced|outcome)(?:\.json)?$/;

/** The trace in the order in which calls and reports arrived. */
export function traceOf(bucketCalls: readonly string[], reports: readonly Report[]): Trace {
  const calls = bucketCalls.flatMap((call) => {
    const [, method, object] = OBJECT.exec(call) ?? [];
    return object === undefined ? [] : [`${method === 'POST' ? 'create' : 'look'} ${object}`];
  });
  return {
    bucket: calls,
    said: [...new Set(reports.flatMap(({ state }) => factsOf(state)))],
  };
}

function factsOf({ phases, command, failure, outcome, publication, stopping }: Report['state']): string[] {
  return [
    ...Object.keys(phases),
    ...(command ? [`command ${command.exit}${command.timedOut ? ' timed out' : ''}`] : []),
    ...(failure ? [`failure ${failure.reason}`] : []),
    ...(outcome ? ['outcome'] : []),
    ...(publication ? ['commit' in publication ? 'published' : 'not published'] : []),
    ...(stopping ? [stopping.preempted ? 'stopping preempted' : 'stopping'] : []),
  ];
}
