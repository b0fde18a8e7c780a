// Data sources.
import type { LittleGoogle } from './little-google';
import { PROJECT_NUMBER } from './resources';
import type { Values } from './values';

export interface ProviderConfig {
  project?: string;
  region?: string;
  zone?: string;
}

/** @throws {Error} with Google's words if the project does not exist, or Resource Manager, which tells of it, is off */
export function readData(
  type: string,
  config: Values,
  provider: ProviderConfig,
  { projects, google }: { projects: string[]; google: Pick<LittleGoogle, 'refusalOfApi'> },
): Values {
  if (type === 'google_client_config') {
    return {
      ...config,
      ...provider,
      id: `projects/${provider.project}/regions/${provider.region}/zones/`,
      access_token: 'a-token',
      default_labels: {},
    };
  }
  const id = typeof config.project_id === 'string' ? config.project_id : provider.project;
  if (!id) throw new Error('project: required field is not set');
  if (!projects.includes(id)) {
    throw new Error(
      `Error when reading or editing Project "${id}": Error 403: The caller does not have permission, forbidden`,
    );
  }
  const off = google.refusalOfApi('cloudresourcemanager.googleapis.com');
  if (off !== undefined) throw new Error(`Error when reading or editing Project "${id}": ${off}`);
  const labels = { labels: {}, effective_labels: {}, terraform_labels: {}, tags: {} };
  return {
    ...config,
    ...labels,
    id: `projects/${id}`,
    project_id: id,
    name: id,
    number: PROJECT_NUMBER,
    org_id: '',
    folder_id: '',
    billing_account: '012345-6789AB-CDEF01',
    auto_create_network: false,
    deletion_policy: 'PREVENT',
  };
}
