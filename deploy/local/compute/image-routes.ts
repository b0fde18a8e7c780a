// The calls on images of the project.
import { globalNotFound } from './api-errors';
import { parseImage } from './image-body';
import { newestOfFamily } from './image-sources';
import { listOf } from './lists';
import type { ImageRecord } from './records';
import type { Call, Route, RouteDeps } from './route';

export function imageRoutes({ store, operations, images, toApi, project, log }: RouteDeps): Route[] {
  const find = ({ name }: Call): ImageRecord => {
    const image = store.imageNamed(name);
    if (!image) throw globalNotFound(project, 'images', name);
    return image;
  };
  return [
    [
      'GET global/images',
      ({ url }) => {
        const all = [...store.images.values()].map((image) => ({
          ...{ key: image.name, zone: '' },
          resource: toApi.image(image),
        }));
        return listOf('image', `projects/${project}/global/images`, all, url);
      },
    ],
    [
      'GET global/images/family/{name}',
      ({ name }) => {
        const image = newestOfFamily(store, name);
        if (!image) throw globalNotFound(project, 'images', `family/${name}`);
        return toApi.image(image);
      },
    ],
    ['GET global/images/{name}', (call) => toApi.image(find(call))],
    [
      'POST global/images',
      ({ body, url, requestId, rights }) => {
        const spec = parseImage(body, project);
        rights.requireImage(spec);
        const repeated = operations.repeated({ ...GLOBAL, type: 'insert', name: spec.name, requestId });
        if (repeated) return toApi.operation(repeated);
        if (spec.ignored.length > 0) {
          log('WARNING', 'fields without effect here', { image: spec.name, fields: spec.ignored.join(' ') });
        }
        const force = url.searchParams.get('forceCreate') === 'true';
        return toApi.operation(images.insert(spec, { requestId, force }));
      },
    ],
    [
      'DELETE global/images/{name}',
      (call) => {
        const { name, requestId } = call;
        const repeated = operations.repeated({ ...GLOBAL, type: 'delete', name, requestId });
        return toApi.operation(repeated ?? images.delete(find(call), requestId));
      },
    ],
  ];
}

const GLOBAL = { zone: '', collection: 'images' } as const;
