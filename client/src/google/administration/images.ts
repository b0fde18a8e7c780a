// Images of a project. https://cloud.google.com/compute/docs/reference/rest/v1/images
import { allPages, removal } from './answers';
import type { Calls } from './call';
import type { Image, Images } from './port';

export function imagesOf(call: Calls, project: string): Images {
  const path = `/compute/v1/projects/${encodeURIComponent(project)}/global/images`;
  return {
    withLabel(key, value) {
      const filter = encodeURIComponent(`labels.${key}=${value}`);
      const list = `${path}?filter=${filter}&fields=items(name,status),nextPageToken`;
      return allPages(call, 'compute', list, (page) => (page as { items?: Partial<Image>[] }).items?.map(read));
    },
    remove: (name) => removal(call, 'compute', `${path}/${encodeURIComponent(name)}`),
  };
}

const read = ({ name = '', status = '' }: Partial<Image>): Image => ({ name, status });
