// Topics of Pub/Sub, as far as `deploy --destroy` publishes to them.
import { refuse } from './refusals';
import { bodyOf, requirePermission, type Route } from './route';

export const topics: readonly Route[] = [
  {
    ...{ method: 'POST', path: /^\/v1\/projects\/([^/:]+)\/topics\/([^/:]+):publish$/ },
    answer(call, project = '', topic = '') {
      const { google } = call;
      requirePermission(call, 'pubsub.topics.publish', `projects/${project}/topics/${topic}`);
      if (!google.topics.has(topic)) throw refuse(404, `Resource not found (resource=${topic}).`);
      const { messages = [] } = bodyOf<{ messages: { data: string }[] }>(call, ['messages']);
      for (const { data } of messages) {
        google.onPublished(
          topic,
          JSON.parse(Buffer.from(data, 'base64').toString()) as Parameters<typeof google.onPublished>[1],
        );
      }
      return { messageIds: messages.map(() => google.nextNumber()) };
    },
  },
];
