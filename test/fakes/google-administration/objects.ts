// Objects of Cloud Storage: generations, and conditions on them. https://cloud.google.com/storage/docs/json_api/v1/objects
import { bucketFor, requireMatch } from './buckets';
import { refuseOld } from './refusals';
import { pageOf, type Route } from './route';

const DIGITS = /^\d+$/;

export const objects: readonly Route[] = [
  {
    ...{
      method: 'GET',
      path: /^\/storage\/v1\/b\/([^/]+)\/o$/,
      query: ['versions', 'prefix', 'pageToken', 'maxResults'],
    },
    answer(call, name = '') {
      const { objects: all } = bucketFor(call, name, 'storage.objects.list');
      const isOfAll = call.query.get('versions') === 'true';
      const listed = [...all].flatMap(([object, versions]) =>
        (isOfAll ? versions : versions.slice(-1)).map(({ generation }) => ({ name: object, bucket: name, generation })),
      );
      const { page, ...next } = pageOf(call, listed);
      return { kind: 'storage#objects', ...(page.length > 0 && { items: page }), ...next };
    },
  },
  {
    ...{
      method: 'DELETE',
      path: /^\/storage\/v1\/b\/([^/]+)\/o\/([^/]+)$/,
      query: ['generation', 'ifGenerationMatch'],
    },
    answer(call, name = '', object = '') {
      const { objects: all, versioning } = bucketFor(call, name, 'storage.objects.delete');
      const versions = all.get(object) ?? [];
      const generation = call.query.get('generation');
      if (generation === null && versioning.enabled)
        throw refuseOld(501, 'The stand-in keeps no deleted versions.', 'x');
      const left = generation === null ? [] : versions.filter((one) => one.generation !== generation);
      if (left.length === versions.length) throw refuseOld(404, `No such object: ${name}/${object}`, 'notFound');
      if (left.length > 0) all.set(object, left);
      else all.delete(object);
      return {};
    },
  },
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
