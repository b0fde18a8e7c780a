// A push as HTTP: the request, its outcome, and the headers of Eventarc's binary CloudEvent form.
import { request, type ClientRequest, type RequestOptions } from 'node:http';

/** `unreachable`: no connection was made, so nobody saw the message. `failed`: the endpoint may have seen it. */
export type PushOutcome =
  { kind: 'delivered' } | { kind: 'unreachable'; cause: string } | { kind: 'failed'; cause: string };

/** Posts JSON; `done` is called once. To give up, the caller destroys the returned request. */
export function post(
  target: Pick<RequestOptions, 'socketPath' | 'host' | 'port' | 'path'> & { headers: Record<string, string> },
  body: Buffer,
  done: (outcome: PushOutcome) => void,
): ClientRequest {
  const outgoing = request({
    ...target,
    method: 'POST',
    // A new connection each time: the functions' process may die just when a message is written to a kept one.
    agent: false,
    headers: { ...target.headers, 'content-type': 'application/json', 'content-length': body.length },
  });
  outgoing.once('response', (response) => {
    response.on('error', () => undefined).resume(); // the status line is the answer
    const status = response.statusCode ?? 0;
    done(status >= 200 && status < 300 ? { kind: 'delivered' } : { kind: 'failed', cause: `HTTP ${status}` });
  });
  // Stays on: destroying the request after the answer may emit another error, which is of no interest.
  outgoing.on('error', (error: NodeJS.ErrnoException) => {
    const isUnreachable = error.syscall === 'connect';
    done({ kind: isUnreachable ? 'unreachable' : 'failed', cause: error.message });
  });
  outgoing.end(body);
  return outgoing;
}

export interface PublishedMessage {
  id: string;
  /** Full name. */
  topic: string;
  publishedAtMs: number;
}

/** The headers in which Eventarc describes a message, and the token of the identity that pushes it. */
export function eventHeaders(message: PublishedMessage, token?: string): Record<string, string> {
  return {
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    'ce-id': message.id,
    'ce-type': 'google.cloud.pubsub.topic.v1.messagePublished',
    'ce-source': `//pubsub.googleapis.com/${message.topic}`,
    'ce-specversion': '1.0',
    'ce-time': new Date(message.publishedAtMs).toISOString(),
  };
}
