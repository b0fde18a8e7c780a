// Firestore's databases: whether one of a name exists, and where.
import { callFor, mapAnswer, orAbsent } from './answers';
import type { Calls } from './call';
import type { Databases } from './port';

export function databasesOf(call: Calls, project: string): Databases {
  return {
    async get(id) {
      const path = `/v1/projects/${encodeURIComponent(project)}/databases/${encodeURIComponent(id)}`;
      const answer = await callFor<{ locationId: string; type: string }>(call, 'firestore', path);
      return orAbsent(mapAnswer(answer, ({ locationId = '', type = '' }) => ({ location: locationId, type })));
    },
  };
}
