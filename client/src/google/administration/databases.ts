// Firestore's databases: whether one of a name exists, and where.
import { callFor, mapAnswer, orAbsent, removal } from './answers';
import type { Calls } from './call';
import type { Databases } from './port';

export function databasesOf(call: Calls, project: string): Databases {
  const pathOf = (id: string): string =>
    `/v1/projects/${encodeURIComponent(project)}/databases/${encodeURIComponent(id)}`;
  return {
    async get(id) {
      const answer = await callFor<{ locationId: string; type: string }>(call, 'firestore', pathOf(id));
      return orAbsent(mapAnswer(answer, ({ locationId = '', type = '' }) => ({ location: locationId, type })));
    },
    async remove(id) {
      // https://cloud.google.com/firestore/docs/manage-databases#delete_a_database
      const body = { deleteProtectionState: 'DELETE_PROTECTION_DISABLED' };
      const options = { method: 'PATCH', body, isRepeatable: true } as const;
      const opened = orAbsent(await call('firestore', `${pathOf(id)}?updateMask=deleteProtectionState`, options));
      return opened.refusal ? opened : removal(call, 'firestore', pathOf(id));
    },
  };
}
