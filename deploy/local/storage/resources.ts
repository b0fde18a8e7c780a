// Buckets and objects as the JSON API shows them, and partial responses (`fields=`).
import { onlyFields, parseMask } from '../shared/field-mask';
import type { Bucket, StoredObject } from './store';

export function bucketResource(bucket: Bucket, address: string): Record<string, unknown> {
  const { name, timeCreated } = bucket;
  return {
    kind: 'storage#bucket',
    id: name,
    name,
    selfLink: `http://${address}/storage/v1/b/${name}`,
    location: 'US',
    locationType: 'multi-region',
    storageClass: 'STANDARD',
    metageneration: '1',
    timeCreated,
    updated: timeCreated,
    etag: etagOf('bucket', '1'),
  };
}

export function objectResource(object: StoredObject, address: string): Record<string, unknown> {
  const { bucket, name, generation, metageneration, size, timeCreated, ...rest } = object;
  const path = `/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}`;
  return {
    kind: 'storage#object',
    id: `${bucket}/${name}/${generation}`,
    selfLink: `http://${address}${path}`,
    mediaLink: `http://${address}/download${path}?generation=${generation}&alt=media`,
    name,
    bucket,
    generation,
    metageneration,
    storageClass: 'STANDARD',
    size: String(size),
    timeCreated,
    updated: timeCreated,
    etag: etagOf(generation, metageneration),
    ...rest,
  };
}

export function etagOf(generation: string, metageneration: string): string {
  return Buffer.from(`${generation}/${metageneration}`).toString('base64');
}

/** Only the given `fields` of `value`, such as `name,size` or `items(name,size),nextPageToken` or `items/name`. */
export const partial = (value: unknown, fields: string | null): unknown =>
  fields === null || fields === '*' ? value : onlyFields(value, parseMask(fields));
