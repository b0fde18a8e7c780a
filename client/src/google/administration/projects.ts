// The project itself: Resource Manager, and its link to a billing account.
import { callFor, mapAnswer } from './answers';
import type { Calls } from './call';
import type { Projects } from './port';

/** https://cloud.google.com/resource-manager/reference/rest/v3/projects/testIamPermissions has a limit of 100 a call. */
const MOST_PERMISSIONS = 100;

export function projectsOf(call: Calls, project: string): Projects {
  const path = `/v3/projects/${encodeURIComponent(project)}`;
  return {
    async get() {
      const answer = await callFor<{ name: string; projectId: string; state: string }>(
        call,
        'cloudresourcemanager',
        path,
      );
      return mapAnswer(answer, ({ name = '', projectId = project, state = '' }) => ({
        ...{ id: projectId, state },
        number: name.replace(/^projects\//, ''),
      }));
    },
    async allowed(permissions) {
      const allowed: string[] = [];
      for (let at = 0; at < permissions.length; at += MOST_PERMISSIONS) {
        const answer = await callFor<{ permissions: string[] }>(
          call,
          'cloudresourcemanager',
          `${path}:testIamPermissions`,
          {
            ...{ method: 'POST', body: { permissions: permissions.slice(at, at + MOST_PERMISSIONS) } },
            isRepeatable: true,
          },
        );
        if (answer.refusal) return answer;
        allowed.push(...(answer.value.permissions ?? []));
      }
      return { value: allowed };
    },
    async hasBilling() {
      const billing = `/v1/projects/${encodeURIComponent(project)}/billingInfo`;
      const answer = await callFor<{ billingEnabled: boolean }>(call, 'cloudbilling', billing);
      return mapAnswer(answer, ({ billingEnabled = false }) => billingEnabled);
    },
  };
}
