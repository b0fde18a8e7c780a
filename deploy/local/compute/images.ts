// Some of Google's images, which everyone who is signed in may read. Those of the project: own-images.ts. An insert takes any name
// of another project's.
import { notFound } from './api-errors';

export interface PublicImage {
  project: string;
  family: string;
  name: string;
}

/** https://cloud.google.com/compute/docs/images/os-details and https://cloud.google.com/deep-learning-vm/docs/images */
const PUBLIC_IMAGES: readonly PublicImage[] = [
  { project: 'debian-cloud', family: 'debian-12', name: 'debian-12-bookworm-v20261110' },
  { project: 'debian-cloud', family: 'debian-13', name: 'debian-13-trixie-v20261110' },
  { project: 'ubuntu-os-cloud', family: 'ubuntu-2204-lts', name: 'ubuntu-2204-jammy-v20261112' },
  { project: 'ubuntu-os-cloud', family: 'ubuntu-2404-lts-amd64', name: 'ubuntu-2404-noble-amd64-v20261112' },
  {
    project: 'deeplearning-platform-release',
    family: 'common-cu129-ubuntu-2404-nvidia-580',
    name: 'common-cu129-ubuntu-2404-nvidia-580-v20261105',
  },
];

const IMAGE_CALL = /^global\/images\/(family\/)?([^/]+)$/;

/**
 * The image of another project that a path below it names, as anyone may read it.
 * @throws HttpError 404 for one that does not exist; undefined for a path that names none.
 */
export function publicImage(project: string, path: string): PublicImage | undefined {
  const [call, family, wanted] = IMAGE_CALL.exec(path) ?? [];
  if (call === undefined) return undefined;
  const found = PUBLIC_IMAGES.find(
    (image) => image.project === project && (family === undefined ? image.name : image.family) === wanted,
  );
  if (!found) throw notFound(`projects/${project}/${path}`);
  return found;
}
