// Names of secrets, and their deletion. https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets
import { refuse } from './refusals';
import { pageOf, requirePermission, requireProject, type Route } from './route';

export const secrets: readonly Route[] = [
  {
    ...{ method: 'GET', path: /^\/v1\/projects\/([^/:]+)\/secrets$/, query: ['pageToken', 'pageSize', 'filter'] },
    answer(call, project = '') {
      requireProject(call, project, 'secretmanager.secrets.list');
      const { number } = call.google.project;
      const { page, ...next } = pageOf(call, [...call.google.secrets].toSorted());
      const shown = page.map((name) => ({ name: `projects/${number}/secrets/${name}` }));
      return { ...(shown.length > 0 && { secrets: shown }), totalSize: call.google.secrets.size, ...next };
    },
  },
  {
    ...{ method: 'DELETE', path: /^\/v1\/projects\/([^/:]+)\/secrets\/([^/:]+)$/ },
    answer(call, project = '', name = '') {
      requirePermission(call, 'secretmanager.secrets.delete', `projects/${project}/secrets/${name}`);
      if (!call.google.secrets.delete(name))
        throw refuse(404, `Secret [projects/${project}/secrets/${name}] not found.`);
      return {};
    },
  },
];
