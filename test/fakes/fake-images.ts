// Images of Compute Engine in memory. Google makes one of a disk only while its VM is off.
import type { CloudFailure } from '../../functions/src/ports/cloud-answer';
import type { Images } from '../../functions/src/ports/images';
import type { FakeGoogle, Gate } from './fake-google';
import { isOff } from './vm-status';

const IN_USE: CloudFailure = {
  code: 'resourceInUseByAnotherResource',
  message: 'The disk resource is already being used by a VM that is on',
  httpStatus: 400,
};

export function fakeImages(google: FakeGoogle, gate: Gate): Images {
  const { images, disks, vms, faults, created } = google;
  const operations = new Map<string, CloudFailure | undefined>();
  return {
    getImage: (name) => gate('compute.getImage', () => images.get(name)),
    createImage: (body, requestId) =>
      gate('compute.createImage', () => {
        const operation = `image-${requestId}`;
        if (operations.has(operation)) return { operation };
        if (images.has(body.name)) return undefined;
        const [, zone = '', , name = ''] = body.sourceDisk.split('/');
        const disk = disks.get(`${zone}/${name}`);
        if (!disk)
          return { refused: { code: 'notFound', message: `${body.sourceDisk} was not found`, httpStatus: 404 } };
        const vm = vms.get(`${zone}/${name}`);
        if (vm && !isOff(vm)) return { refused: IN_USE };
        if (faults.imageRefused) return { refused: faults.imageRefused };
        operations.set(operation, faults.imageFails);
        if (faults.imageFails) return { operation };
        created.set(body.name, (created.get(body.name) ?? 0) + 1);
        images.set(body.name, { ...body, status: 'READY' });
        return { operation };
      }),
    deleteImage: (name) => gate('compute.deleteImage', () => (images.delete(name) ? `delete-${name}` : undefined)),
    awaitImage: (operation) =>
      gate('compute.awaitImage', () => {
        const failure = operations.get(operation);
        return { done: true as const, ...(failure && { failure }) };
      }),
  };
}
