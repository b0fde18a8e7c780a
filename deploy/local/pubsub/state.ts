// The state: topics, subscriptions and their undelivered messages. It is computed from the journal's entries, so that a
// restart restores exactly what was acknowledged.

/** A published message. Its data stays base64: REST, push and the journal all carry it so. */
export interface NewMessage {
  data64: string;
  attributes: Record<string, string>;
  orderingKey?: string;
}

export interface Message extends NewMessage {
  /** Decimal; grows with every message, over restarts too. */
  id: string;
  topic: string;
  publishedAtMs: number;
}

/** Names are full ones: projects/P/topics/T. */
export interface SubscriptionSettings {
  name: string;
  topic: string;
  /** The push endpoint; absent: messages are pulled. */
  endpoint?: string;
  ackDeadlineSeconds: number;
  /** Absent: messages are kept until they are acknowledged. */
  retentionSeconds?: number;
  minimumBackoffSeconds: number;
  maximumBackoffSeconds: number;
  deadLetter?: { topic: string; maxDeliveryAttempts: number };
}

/** A message that one subscription has not acknowledged yet. */
export interface Pending {
  message: Message;
  /** Deliveries that reached the subscriber and failed. */
  attempts: number;
  /** Until then a puller has the message. */
  leasedUntilMs: number;
}

export interface Subscription {
  settings: SubscriptionSettings;
  /** By message id, oldest first. */
  pending: Map<string, Pending>;
}

export interface State {
  topics: Set<string>;
  subscriptions: Map<string, Subscription>;
  nextId: number;
}

export type Entry =
  | { kind: 'ids'; next: number }
  | { kind: 'topic'; name: string }
  | { kind: 'subscription'; settings: SubscriptionSettings }
  | { kind: 'message'; message: Message; subscriptions: string[] }
  | { kind: 'tried'; subscription: string; id: string; attempts: number }
  | { kind: 'done'; subscription: string; id: string };

export function emptyState(): State {
  return { topics: new Set(), subscriptions: new Map(), nextId: 1 };
}

/** Applies one entry to `state`. An entry about a message or subscription that is gone changes nothing. */
export function applyEntry(state: State, entry: Entry): void {
  switch (entry.kind) {
    case 'ids':
      state.nextId = Math.max(state.nextId, entry.next);
      break;
    case 'topic':
      state.topics.add(entry.name);
      break;
    case 'subscription': {
      const known = state.subscriptions.get(entry.settings.name);
      if (known) known.settings = entry.settings;
      else state.subscriptions.set(entry.settings.name, { settings: entry.settings, pending: new Map() });
      break;
    }
    case 'message':
      state.nextId = Math.max(state.nextId, Number(entry.message.id) + 1);
      for (const name of entry.subscriptions) {
        const pending = { message: entry.message, attempts: 0, leasedUntilMs: 0 };
        state.subscriptions.get(name)?.pending.set(entry.message.id, pending);
      }
      break;
    case 'tried': {
      const pending = state.subscriptions.get(entry.subscription)?.pending.get(entry.id);
      if (pending) pending.attempts = entry.attempts;
      break;
    }
    case 'done':
      state.subscriptions.get(entry.subscription)?.pending.delete(entry.id);
      break;
  }
}

export function isExpired({ retentionSeconds }: SubscriptionSettings, { message }: Pending, nowMs: number): boolean {
  return retentionSeconds !== undefined && nowMs - message.publishedAtMs > retentionSeconds * 1000;
}

/** Drops the messages that are older than their subscription keeps them. */
export function dropExpired(state: State, nowMs: number): void {
  for (const { settings, pending } of state.subscriptions.values()) {
    for (const [id, one] of pending) if (isExpired(settings, one, nowMs)) pending.delete(id);
  }
}

/** The shortest list of entries that gives `state` again. */
export function* entriesOf(state: State): Generator<Entry> {
  yield { kind: 'ids', next: state.nextId };
  for (const name of state.topics) yield { kind: 'topic', name };
  for (const { settings } of state.subscriptions.values()) yield { kind: 'subscription', settings };
  for (const [message, subscriptions] of holdersOf(state)) yield { kind: 'message', message, subscriptions };
  for (const [subscription, { pending }] of state.subscriptions) {
    for (const [id, { attempts }] of pending) {
      if (attempts > 0) yield { kind: 'tried', subscription, id, attempts };
    }
  }
}

/** Every undelivered message, oldest first, with the subscriptions that have not acknowledged it. */
function holdersOf(state: State): [Message, string[]][] {
  const holders = new Map<string, [Message, string[]]>();
  for (const [name, { pending }] of state.subscriptions) {
    for (const [id, { message }] of pending) {
      const known = holders.get(id);
      if (known) known[1].push(name);
      else holders.set(id, [message, [name]]);
    }
  }
  return [...holders.values()].toSorted(([a], [b]) => Number(a.id) - Number(b.id));
}
