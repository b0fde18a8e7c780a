// Topics, subscriptions and messages, for both transports. A message is accepted once it is in the journal, and kept for
// each subscription until that one acknowledges it.
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../shared/clock';
import type { Log } from '../shared/log';
import type { Rights } from '../shared/rights';
import { deadLetterMessage, lackingToForward } from './dead-letter';
import { checkMessages, checkName, checkSettings, PubsubError } from './limits';
import { isExpired } from './state';
import type { Entry, Message, NewMessage, Pending, Subscription, SubscriptionSettings } from './state';
import type { PubsubStore } from './store';

export interface Received {
  ackId: string;
  message: Message;
}

/** All names are full ones. Every method throws PubsubError for a call that it refuses, and then changes nothing. */
export interface Broker {
  createTopic(name: string): void;
  /** Returns the name; throws NOT_FOUND. */
  getTopic(name: string): string;
  createSubscription(settings: SubscriptionSettings): void;
  getSubscription(name: string): SubscriptionSettings;
  /** Creates the topic unless it exists. */
  ensureTopic(name: string): void;
  /** Creates or updates the subscription. Its topic, and whether it pushes, cannot be changed. */
  ensureSubscription(settings: SubscriptionSettings): void;
  /** Durable when it returns. Returns the message ids. */
  publish(topic: string, messages: readonly NewMessage[]): string[];
  /** Leases up to `limit` messages for the subscription's ack deadline. Does not wait for new ones. */
  pull(name: string, limit: number): Received[];
  /** Ignores unknown ids, as Google does: the message may have been acknowledged before. */
  acknowledge(name: string, ackIds: readonly string[]): void;
  /** A push was delivered. */
  settle(subscription: Subscription, pending: Pending): void;
  /** To be called before each push: false if the message was too old, and dropped. */
  isWanted(subscription: Subscription, pending: Pending): boolean;
  /** A push reached its endpoint and failed. Returns whether to try again; otherwise the message is dead-lettered. */
  fail(subscription: Subscription, pending: Pending, cause: string): boolean;
  subscriptions(): Iterable<Subscription>;
}

export interface BrokerOptions {
  store: PubsubStore;
  /** Pub/Sub's own account needs two of them to move dead letters. */
  rights: Rights;
  clock: Clock;
  log: Log;
  /** Called during the publish for each subscription that got a message. */
  onMessage(subscription: Subscription, pending: Pending): void;
}

export function createBroker({ store, rights, clock, log, onMessage }: BrokerOptions): Broker {
  const { state } = store;
  // The clock keeps ids growing even if the journal was removed.
  state.nextId = Math.max(state.nextId, clock.now() * 1000);

  const append = (...entries: Entry[]): void => {
    try {
      store.append(...entries);
    } catch (error) {
      log('ERROR', 'journal not written', { cause: String(error) });
      throw new PubsubError('RESOURCE_EXHAUSTED', `not accepted, could not be stored: ${String(error)}`, {
        cause: error,
      });
    }
  };
  /** For entries that a crash may lose: a lost acknowledgement is a duplicate, which every subscriber must handle. */
  const appendIfPossible = (entry: Entry): boolean => {
    try {
      append(entry);
      return true;
    } catch {
      return false;
    }
  };

  const forget = (subscription: Subscription, { message }: Pending): void => {
    const done: Entry = { kind: 'done', subscription: subscription.settings.name, id: message.id };
    if (!appendIfPossible(done)) subscription.pending.delete(message.id);
  };

  const requireTopic = (name: string): string => {
    if (!state.topics.has(name)) throw new PubsubError('NOT_FOUND', `topic not found: ${name}`);
    return name;
  };
  const requireSubscription = (name: string): Subscription => {
    const subscription = state.subscriptions.get(name);
    if (!subscription) throw new PubsubError('NOT_FOUND', `subscription not found: ${name}`);
    return subscription;
  };
  const requirePullSubscription = (name: string): Subscription => {
    const subscription = requireSubscription(name);
    if (!isPush(subscription.settings)) return subscription;
    throw new PubsubError('FAILED_PRECONDITION', `a push subscription cannot be pulled: ${name}`);
  };
  const checkSubscription = (settings: SubscriptionSettings): void => {
    checkSettings(settings);
    requireTopic(settings.topic);
    if (settings.deadLetter) requireTopic(settings.deadLetter.topic);
  };

  const stamp = (topic: string, message: NewMessage, id: number): Message => ({
    ...message,
    id: String(id),
    topic,
    publishedAtMs: clock.now(),
  });

  /** Journals the messages for the topic's subscriptions together with `also`, and passes them on. */
  const accept = (topic: string, messages: readonly NewMessage[], ...also: Entry[]): string[] => {
    const receivers = [...state.subscriptions.values()].filter(({ settings }) => settings.topic === topic);
    const names = receivers.map(({ settings }) => settings.name);
    const stamped = messages.map((message, index) => stamp(topic, message, state.nextId + index));
    // Without a subscription nobody will ever get the message, neither on Google: nothing to keep.
    const kept: Entry[] =
      names.length > 0 ? stamped.map((message) => ({ kind: 'message', message, subscriptions: names })) : [];
    append(...kept, ...also);
    state.nextId = Math.max(state.nextId, Number(stamped.at(-1)?.id ?? 0) + 1);
    for (const { id } of stamped) {
      for (const subscription of receivers) {
        const pending = subscription.pending.get(id);
        if (pending) onMessage(subscription, pending);
      }
    }
    return stamped.map(({ id }) => id);
  };

  /** Moves a message to the dead-letter topic; returns whether it could. */
  const forward = (topic: string, subscription: Subscription, pending: Pending, attempts: number): boolean => {
    const { name } = subscription.settings;
    const { id } = pending.message;
    const refused = (fields: Record<string, string>): false => {
      log('ERROR', 'message not dead-lettered', { subscription: name, messageId: id, ...fields });
      return false;
    };
    const lacks = lackingToForward(rights, subscription.settings);
    if (lacks) return refused(lacks);
    try {
      const done: Entry = { kind: 'done', subscription: name, id };
      accept(requireTopic(topic), [deadLetterMessage(subscription, pending, attempts)], done);
    } catch (error) {
      return refused({ cause: String(error) });
    }
    log('ERROR', 'message dead-lettered', { subscription: name, messageId: id, attempts });
    return true;
  };

  const broker: Broker = {
    createTopic(name) {
      checkName(name, 'topics');
      if (state.topics.has(name)) throw new PubsubError('ALREADY_EXISTS', `topic already exists: ${name}`);
      append({ kind: 'topic', name });
    },
    getTopic: requireTopic,
    ensureTopic(name) {
      if (!state.topics.has(name)) broker.createTopic(name);
    },

    createSubscription(settings) {
      checkSubscription(settings);
      if (state.subscriptions.has(settings.name)) {
        throw new PubsubError('ALREADY_EXISTS', `subscription already exists: ${settings.name}`);
      }
      append({ kind: 'subscription', settings });
    },
    getSubscription: (name) => requireSubscription(name).settings,
    ensureSubscription(settings) {
      checkSubscription(settings);
      const known = state.subscriptions.get(settings.name)?.settings;
      if (known && (known.topic !== settings.topic || isPush(known) !== isPush(settings))) {
        throw new PubsubError('FAILED_PRECONDITION', `${settings.name} exists with another topic or kind`);
      }
      if (!isDeepStrictEqual(known, settings)) append({ kind: 'subscription', settings });
    },

    publish(topic, messages) {
      checkName(topic, 'topics');
      requireTopic(topic);
      checkMessages(topic, messages);
      return accept(topic, messages);
    },

    pull(name, limit) {
      const { settings, pending } = requirePullSubscription(name);
      if (limit < 1) throw new PubsubError('INVALID_ARGUMENT', 'maxMessages must be at least 1');
      const nowMs = clock.now();
      const free = [...pending.values()].filter(({ leasedUntilMs }) => leasedUntilMs <= nowMs).slice(0, limit);
      for (const leased of free) leased.leasedUntilMs = nowMs + settings.ackDeadlineSeconds * 1000;
      return free.map(({ message }) => ({ ackId: message.id, message }));
    },
    acknowledge(name, ackIds) {
      const { pending } = requirePullSubscription(name);
      const known = ackIds.filter((id) => pending.has(id));
      append(...known.map((id): Entry => ({ kind: 'done', subscription: name, id })));
    },

    settle: forget,
    isWanted(subscription, pending) {
      const { settings } = subscription;
      if (!isExpired(settings, pending, clock.now())) return true;
      log('WARNING', 'message dropped, too old', { subscription: settings.name, messageId: pending.message.id });
      forget(subscription, pending);
      return false;
    },
    fail(subscription, pending, cause) {
      const { name, deadLetter } = subscription.settings;
      const { id } = pending.message;
      const attempts = pending.attempts + 1;
      log('WARNING', 'push failed', { subscription: name, messageId: id, attempts, cause });
      if (deadLetter && attempts >= deadLetter.maxDeliveryAttempts) {
        if (forward(deadLetter.topic, subscription, pending, attempts)) return false;
      }
      if (!appendIfPossible({ kind: 'tried', subscription: name, id, attempts })) pending.attempts = attempts;
      return true;
    },
    subscriptions: () => state.subscriptions.values(),
  };
  return broker;
}

function isPush({ endpoint }: SubscriptionSettings): boolean {
  return endpoint !== undefined;
}
