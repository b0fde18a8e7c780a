// Makes images of disks, looks at them, and deletes them.
import type { Images } from '../../ports/images';
import { operationIn, type ComputeCalls } from './clients';
import { httpStatusOf, refusedBy } from './failures';
import { globalAwaiterOf } from './operations';

export function imagesOf(compute: ComputeCalls): Images {
  const { project } = compute;
  return {
    async getImage(name) {
      const found = await compute.find('images.get', ({ images }) => images().get({ project, image: name }));
      if (!found) return undefined;
      const [{ name: known, status, labels }] = found;
      return { name: known ?? '', status: status ?? '', labels: { ...labels } };
    },

    async createImage(body, requestId) {
      try {
        const accepted = await compute.ask('images.insert', ({ images }) =>
          images().insert({ project, requestId, imageResource: body }),
        );
        return { operation: operationIn(accepted) };
      } catch (error) {
        if (httpStatusOf(error) === 409) return undefined; // an earlier call made it
        return refusedBy(error);
      }
    },

    async deleteImage(name) {
      const accepted = await compute.find('images.delete', ({ images }) => images().delete({ project, image: name }));
      return accepted && operationIn(accepted);
    },

    awaitImage: globalAwaiterOf(compute),
  };
}
