// Messages that clients publish to the requests topic about images: a build, its end, and the removal of what it made.
import * as z from 'zod/mini';
import { isImageName, IMAGE_NAME_RULE } from '../naming/images';
import { isVariableName, VARIABLE_RULE } from '../naming/secrets';
import { isRunId } from '../naming/run-id';
import { machineSpec } from '../vm/machine-spec';

/** Has the form of a run's id. */
const buildId = z.string().check(z.refine(isRunId, 'not the id of a build (YYYYMMDD-HHMMSS-xxxx)'));
const time = z.iso.datetime();
const person = z.string().check(z.maxLength(200));
const variableName = z.string().check(z.refine(isVariableName, VARIABLE_RULE));

/** The first version whose functions build images. */
export const BUILDS_IMAGES_SINCE = '0.2.0';

/** In base64 it must fit into one value of a VM's metadata; Linux takes 131,072 bytes for one argument of a process. */
export const MAX_IMAGE_SETUP_BYTES = 120_000;
/** Seconds that a build may take, from the start of its VM: 2 hours by default. */
export const BUILD_SECONDS = { default: 7200, most: 86_400 } as const;

export const buildRequest = z
  .strictObject({
    v: z.literal(1),
    type: z.literal('build'),
    build: buildId,
    submittedBy: person,
    submittedAt: time,
    /** The family's: `mymlops-torch` for `torch`. */
    name: z.string().check(z.refine(isImageName, IMAGE_NAME_RULE)),
    /** Run with `bash -c` as root on the VM whose disk becomes the image. */
    setup: z.string().check(
      z.minLength(1),
      z.refine(
        (text) => Buffer.byteLength(text) <= MAX_IMAGE_SETUP_BYTES,
        `has more than ${MAX_IMAGE_SETUP_BYTES} bytes`,
      ),
    ),
    /** Names of secrets that the setup gets as variables. A value is in no message. */
    secrets: z.optional(z.array(variableName).check(z.minLength(1), z.maxLength(50))),
    /** SHA-256 of all that the image follows from, as far as the client knows it: an equal build is not done again. */
    content: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
    maxBuildSeconds: z.int().check(z.gte(60), z.lte(BUILD_SECONDS.most)),
    machine: machineSpec,
    /** The base is the deployment's image for VMs with a GPU, also where this VM has none. Not with an image or a snapshot. */
    gpuImage: z.optional(z.literal(true)),
  })
  .check(
    z.refine(
      ({ gpuImage, machine: { image, snapshot } }) => !gpuImage || (image === undefined && snapshot === undefined),
      'two bases',
    ),
  );
export type BuildRequest = z.infer<typeof buildRequest>;

/** The part of a build that can be read even if the rest is not understood: enough to tell its sender so. */
export const buildEnvelope = z.looseObject({ type: z.literal('build'), build: buildId });

/** From `image cancel`. */
export const cancelBuildRequest = z.strictObject({
  v: z.literal(1),
  type: z.literal('cancel-build'),
  build: buildId,
  by: person,
  at: time,
});

/** From `image rm`: the image and its document are deleted. */
export const removeImageRequest = z.strictObject({
  v: z.literal(1),
  type: z.literal('remove-image'),
  build: buildId,
  by: person,
  at: time,
});

export type ImageRequest = BuildRequest | z.infer<typeof cancelBuildRequest> | z.infer<typeof removeImageRequest>;
