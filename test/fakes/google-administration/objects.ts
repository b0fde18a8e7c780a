// Objects of Cloud Storage: generations, and conditions on them. https://cloud.google.com/storage/docs/json_api/v1/objects
import { bucketFor, requireMatch } from './buckets';
import { refuseOld } from './refusals';
import type { Route } from './route';

const DIGITS = /^\d+$/;

export const objects: readonly Route[] = [
  {
    ...{ method: 'GET', path: /^\/storage\/v1\/b\/([^/]+)\/o\/([^/]+)$/, query: ['generation', 'ifGenerationMatch'] },
    answer(call, name = '', object = '') {
      const { objects: all } = bucketFor(call, name, 'storage.objects.get');
      const versions = all.get(object) ?? [];
      const generation = call.query.get('generation');
      const found = generation === null ? versions.at(-1) : versions.find((one) => one.generation === generation);
      if (!found) throw refuseOld(404, `No such object: ${name}/${object}`, 'notFound');
      requireMatch(call, 'ifGenerationMatch', found.generation);
      if (call.query.get('alt') === 'media') return found.text;
      return { kind: 'storage#object', name: object, bucket: name, generation: found.generation, metageneration: '1' };
    },
  },
  {
    ...{ method: 'POST', path: /^\/upload\/storage\/v1\/b\/([^/]+)\/o$/ },
    query: ['uploadType', 'name', 'ifGenerationMatch'],
    answer(call, name = '') {
      const { query, google, body } = call;
      if (query.get('uploadType') !== 'media') throw refuseOld(400, 'Bad Request', 'badRequest');
      const object = query.get('name') ?? '';
      if (object === '') throw refuseOld(400, 'Required', 'required');
      const condition = query.get('ifGenerationMatch');
      if (condition !== null && !DIGITS.test(condition)) throw refuseOld(400, `Invalid value: ${condition}`, 'invalid');
      const bucket = bucketFor(call, name, 'storage.objects.create');
      const versions = bucket.objects.get(object) ?? [];
      requireMatch(call, 'ifGenerationMatch', versions.at(-1)?.generation ?? '0');
      // To write over an object is to delete it, too: https://cloud.google.com/storage/docs/access-control/iam-permissions
      if (versions.length > 0) bucketFor(call, name, 'storage.objects.delete');
      const written = { generation: google.nextNumber(), text: body };
      bucket.objects.set(object, bucket.versioning.enabled ? [...versions, written] : [written]);
      return {
        kind: 'storage#object',
        name: object,
        bucket: name,
        generation: written.generation,
        metageneration: '1',
      };
    },
  },
];
