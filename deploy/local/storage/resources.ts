// Buckets and objects as the JSON API shows them, and partial responses (`fields=`).
import { HttpError } from '../shared/http';
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

type Mask = Map<string, Mask | null>;

/** Only the given `fields` of `value`, such as `name,size` or `items(name,size),nextPageToken` or `items/name`. */
export function partial(value: unknown, fields: string | null): unknown {
  return fields === null || fields === '*' ? value : cut(value, parseFields(fields));
}

function cut(value: unknown, mask: Mask | null): unknown {
  if (mask === null || mask.has('*')) return value;
  if (Array.isArray(value)) return value.map((item) => cut(item, mask));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => mask.has(name));
  return Object.fromEntries(kept.map(([name, inner]) => [name, cut(inner, mask.get(name) ?? null)]));
}

function parseFields(fields: string): Mask {
  const tokens = fields.match(/[^,()/]+|[,()/]/g) ?? [];
  let at = 0;
  const bad = (): HttpError => new HttpError(400, 'invalidParameter', `not a selection of fields: ${fields}`);

  const parseName = (): [string, Mask | null] => {
    const name = tokens[at];
    if (name === undefined || /^[,()/]$/.test(name)) throw bad();
    at += 1;
    if (tokens[at] === '/') {
      at += 1;
      return [name, new Map([parseName()])];
    }
    if (tokens[at] !== '(') return [name, null];
    at += 1;
    const inner = parseList();
    if (tokens[at] !== ')') throw bad();
    at += 1;
    return [name, inner];
  };
  const parseList = (): Mask => {
    const mask: Mask = new Map([parseName()]);
    while (tokens[at] === ',') {
      at += 1;
      mask.set(...parseName());
    }
    return mask;
  };

  const mask = parseList();
  if (at !== tokens.length) throw bad();
  return mask;
}
