// The machine spec of a run in mymlops.yml.
import { PROVISIONING, parseImage, parseSnapshot, typeName } from '@mymlops/protocol';
import * as z from 'zod';
import { diskSize, name, regex, text } from './schema-types';

const disk = z.strictObject({
  size: diskSize.optional().describe("Size of the boot disk, such as 200GB. By default the deployment's (100 GB)."),
  type: typeName
    .optional()
    .describe(
      'Type of the boot disk, such as pd-balanced, pd-ssd or hyperdisk-balanced. By default pd-ssd with a snapshot.',
    ),
});

const keys = {
  zone_regex: regex.optional().describe('Zones to choose from: a regular expression, anchored at the start.'),
  machine_type: typeName
    .optional()
    .describe("Compute Engine's machine type, such as n1-standard-4. By default the deployment's."),
  accelerator: typeName
    .optional()
    .describe('Type of GPU to attach, such as nvidia-tesla-t4. A2, A3 and G2 machine types include their GPUs.'),
  accelerator_count: z.number().int().min(1).max(16).optional().describe('Number of GPUs. By default 1.'),
  snapshot: text
    .refine(
      (value) => parseSnapshot(value) !== null,
      'not a snapshot: write its name, or projects/P/global/snapshots/NAME',
    )
    .optional()
    .describe('Snapshot from which the boot disk is created. Not together with image.'),
  image: text
    .refine(
      (value) => parseImage(value) !== null,
      'not an image: write its name, family/NAME, or projects/P/global/images/family/NAME',
    )
    .optional()
    .describe(
      "Image from which the boot disk is created: NAME, family/NAME or a full path. By default the deployment's.",
    ),
  disk: disk.optional().describe('The boot disk.'),
  provisioning: z
    .enum(PROVISIONING)
    .optional()
    .describe(
      'spot is cheap and preemptible, standard is neither; spot_then_standard tries spot twice. By default spot.',
    ),
  service_account: z
    .email('not the e-mail address of a service account')
    .optional()
    .describe('Service account of the VM; the deployment must allow it.'),
};

/** An entry of `instance_types`. */
export const instanceType = z.strictObject(keys);

/** The value of `instance`: the name of an instance type, or keys, or both. */
export const instance = z.union([
  z.string().min(1),
  z.strictObject({
    type: name.optional().describe('An entry of instance_types; the keys beside it replace those of the entry.'),
    ...keys,
  }),
]);

export type InstanceConfig = z.infer<typeof instanceType>;
export type InstanceChoice = z.infer<typeof instance>;
