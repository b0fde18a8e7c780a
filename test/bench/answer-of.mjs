// The words of a process of the bench.
import { once } from 'node:events';

/** The next message; a child that ends instead is an error. */
export async function answerOf(child) {
  const aborter = new AbortController();
  const { signal } = aborter;
  const ended = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`a process of the bench ended with ${code}`);
  });
  try {
    return await Promise.race([once(child, 'message', { signal }), ended]);
  } finally {
    ended.catch(() => undefined);
    aborter.abort();
  }
}
