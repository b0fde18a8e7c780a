// Messages to the topics of a project. https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.topics/publish
import { mapAnswer } from './answers';
import type { Calls } from './call';
import type { Topics } from './port';

export function topicsOf(call: Calls, project: string): Topics {
  return {
    async publish(topic, message) {
      const path = `/v1/projects/${encodeURIComponent(project)}/topics/${encodeURIComponent(topic)}:publish`;
      const data = Buffer.from(JSON.stringify(message)).toString('base64');
      // The functions take each message twice.
      const options = { method: 'POST', body: { messages: [{ data }] }, isRepeatable: true } as const;
      return mapAnswer(await call('pubsub', path, options), () => undefined);
    },
  };
}
