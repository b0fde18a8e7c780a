// Publishes requests. If an answer is lost, the same request is sent again; its run id shows that it is the same.
import { PublisherClient } from '@google-cloud/pubsub/build/src/v1/publisher_client';
import { credentials } from '@grpc/grpc-js';
import { openPublisher, type Publisher } from '@mymlops/google';
import type { Request, SweepMessage } from '@mymlops/protocol';
import type { Connection } from './connection';
import { within } from './deadline';
import { isRefusal } from './failures';
import { GoogleTrouble } from './trouble';

export interface Bus {
  /**
   * Resolves when Pub/Sub has acknowledged the request, which is then accepted. Safe to repeat, as a request contains its
   * run id. If it throws anything except a refusal (see isRefusal), the request may have been accepted nevertheless.
   */
  publish(request: Request): Promise<void>;
  /** The same for a message to the sweep function, which may be sent any number of times. */
  publishSweep(message: SweepMessage): Promise<void>;
  close(): Promise<void>;
}

const TRIES = 3;
/** An option of grpc-js. Without it, all clients of the process share one connection. */
const OWN_CONNECTION = { 'grpc.use_local_subchannel_pool': 1 };

export function openBus(connection: Connection): Bus {
  let sender = openSender(connection);
  const send = async (to: 'requests' | 'sweeps', message: object): Promise<void> => {
    let unanswered: unknown;
    for (let left = TRIES; left > 0; left--) {
      try {
        return void (await within(connection, 'Pub/Sub', sender.publish(to, message)));
      } catch (error) {
        // If a repetition is refused, an earlier try may still have been accepted.
        if (isRefusal(error) || error instanceof GoogleTrouble) throw unanswered ?? error;
        unanswered = error;
      }
      // The connection itself may be stuck, so a new one is opened. The old one stays open until the process exits.
      sender = openSender(connection);
    }
    throw unanswered;
  };
  return {
    publish: (request) => send('requests', request),
    publishSweep: (message) => send('sweeps', message),
    close: () => sender.close(),
  };
}

function openSender({ names, endpoints, deadlineMs }: Connection): Publisher {
  return openPublisher({ PublisherClient, credentials }, { names, endpoints, deadlineMs, settings: OWN_CONNECTION });
}
