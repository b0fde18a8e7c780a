// By what two builds are compared.
import { createHash } from 'node:crypto';
import type { BuildRequest } from '@mymlops/protocol';

/**
 * SHA-256, in hexadecimal, of all that the image follows from as far as the client knows it: what the setup downloads, and the
 * newest image of a family, change without it.
 */
export function contentOf({
  setup,
  secrets = [],
  machine: { image, snapshot, disk },
  gpuImage,
}: Pick<BuildRequest, 'setup' | 'secrets' | 'machine' | 'gpuImage'>): string {
  const { sizeGb, type } = disk ?? {};
  const parts = [setup, image, snapshot, gpuImage, sizeGb, type, secrets.toSorted()];
  return createHash('sha256')
    .update(JSON.stringify(parts.map((part) => part ?? null)))
    .digest('hex');
}
