// Secrets of a project by their names. Their values are never read here.
import { allPages, removal } from './answers';
import type { Calls } from './call';
import type { SecretNames } from './port';

export function secretNamesOf(call: Calls, project: string): SecretNames {
  const path = `/v1/projects/${encodeURIComponent(project)}/secrets`;
  return {
    list: () =>
      allPages(call, 'secretmanager', `${path}?pageSize=1000`, (page) =>
        (page as { secrets?: { name?: string }[] }).secrets?.map(({ name = '' }) =>
          name.slice(name.lastIndexOf('/') + 1),
        ),
      ),
    remove: (name) => removal(call, 'secretmanager', `${path}/${encodeURIComponent(name)}`),
  };
}
