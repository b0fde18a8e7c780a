// The body of images.insert: the fields that have an effect here, checked as strictly as Google does.
import { HttpError } from '../shared/http';
import { invalidField, labels, parseBody, resourceName } from './fields';
import * as z from 'zod';

export interface ImageSpec {
  name: string;
  family: string | undefined;
  description: string;
  labels: Record<string, string>;
  sourceDisk: { zone: string; name: string };
  ignored: string[];
}

const image = z.looseObject({
  name: resourceName,
  /** https://cloud.google.com/compute/docs/reference/rest/v1/images: "must comply with RFC1035" */
  family: resourceName.optional(),
  description: z.string().max(2048).default(''),
  labels: labels.default({}),
  sourceDisk: z.string().optional(),
});

/** Google takes exactly one. */
const OTHER_SOURCES = ['sourceImage', 'sourceSnapshot', 'rawDisk'];

/** @throws HttpError 400 in Google's words; 501 for an image of something else than a disk. */
export function parseImage(body: unknown, project: string): ImageSpec {
  const given = parseBody(image, body, 'resource');
  const others = OTHER_SOURCES.filter((key) => given[key] !== undefined);
  const { sourceDisk } = given;
  if ((sourceDisk === undefined ? 0 : 1) + others.length !== 1) {
    const message = "Invalid resource usage: 'Must specify exactly one source for an image.'.";
    throw new HttpError(400, 'invalidResourceUsage', message);
  }
  if (sourceDisk === undefined) {
    throw new HttpError(501, 'notImplemented', `not supported by the local cloud: an image of ${others.join()}`);
  }
  return {
    name: given.name,
    family: given.family,
    description: given.description,
    labels: given.labels,
    sourceDisk: diskIn(sourceDisk, project),
    ignored: Object.keys(given).filter((key) => !Object.hasOwn(image.shape, key)),
  };
}

/** A full URL, or the end of one: https://github.com/hashicorp/packer/issues/11511 shows the refusal. */
function diskIn(text: string, project: string): { zone: string; name: string } {
  const [, owner = project, zone, name] =
    /^(?:https?:\/\/[^/]+\/compute\/v1\/)?(?:projects\/([^/]+)\/)?zones\/([^/]+)\/disks\/([^/]+)$/.exec(text) ?? [];
  if (zone === undefined || name === undefined || owner !== project) {
    throw invalidField('resource.sourceDisk', text, 'The URL is malformed.');
  }
  return { zone, name };
}
