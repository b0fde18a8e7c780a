// Pub/Sub behind the Bus port.
import { callDeadlineMs, lazily, openPublisher, withDeadline, type Publisher } from '@mymlops/google';
import type { Endpoints, Names } from '@mymlops/protocol';
import type { Bus } from '../ports/bus';

export function openBusPort(names: Names, local: () => Endpoints | undefined): Bus {
  const connect = lazily(async (): Promise<Publisher> => {
    const endpoints = local();
    return openPublisher(await import('./libraries/pubsub'), {
      names,
      endpoints,
      deadlineMs: callDeadlineMs(endpoints),
    });
  });
  const publish = async (to: keyof Names['topics'], message: object): Promise<void> => {
    const publisher = await connect();
    await withDeadline('Pub/Sub publish', callDeadlineMs(local()), publisher.publish(to, message));
  };
  return {
    ask: (request) => publish('requests', request),
    sendProbe: (probe) => publish('events', probe),
  };
}
