// Publishes requests. An answer can be lost on its way: then the very same is sent again, and the run's id tells that it is.
import { PubSub } from '@google-cloud/pubsub';
import { credentials } from '@grpc/grpc-js';
import { openPublisher, type Publisher } from '@mymlops/google';
import type { Request, SweepMessage } from '@mymlops/protocol';
import type { Connection } from './connection';
import { within } from './deadline';
import { isRefusal } from './failures';
import { GoogleTrouble } from './trouble';

export interface Bus {
  /**
   * Resolves when Pub/Sub has acknowledged: from then on the request is accepted. Safe to repeat: a request names its
   * run. Where it throws anything but a refusal (see isRefusal), the request may have been accepted all the same.
   */
  publish(request: Request): Promise<void>;
  /** The same for a sweep, which may be asked for any number of times. */
  askSweep(message: SweepMessage): Promise<void>;
  close(): Promise<void>;
}

const TRIES = 3;
/** Otherwise one connection serves all clients of the process. An option of grpc-js, handed through. */
const OWN_CONNECTION = { 'grpc.use_local_subchannel_pool': 1 };

export function openBus(connection: Connection): Bus {
  let sender = openSender(connection);
  const send = async (to: 'requests' | 'sweeps', message: object): Promise<void> => {
    let unanswered: unknown;
    for (let left = TRIES; left > 0; left--) {
      try {
        return void (await within(connection, 'Pub/Sub', sender.publish(to, message)));
      } catch (error) {
        // A refusal of the repetition says nothing about what was sent before it.
        if (isRefusal(error) || error instanceof GoogleTrouble) throw unanswered ?? error;
        unanswered = error;
      }
      // The connection may be what is stuck. The old one is left to the end of the process.
      sender = openSender(connection);
    }
    throw unanswered;
  };
  return {
    publish: (request) => send('requests', request),
    askSweep: (message) => send('sweeps', message),
    close: () => sender.close(),
  };
}

function openSender({ names, endpoints, deadlineMs }: Connection): Publisher {
  return openPublisher({ PubSub, credentials }, { names, endpoints, deadlineMs, settings: OWN_CONNECTION });
}
