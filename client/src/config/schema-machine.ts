// The machine spec of a run in mymlops.yml.
import { PROVISIONING, parseImage, parseSnapshot, typeName } from '@mymlops/protocol';
import * as z from 'zod/mini';
import { diskSize, name, optional, regex, text } from './schema-types';

const disk = z.strictObject({
  size: optional("Size of the boot disk, such as 200GB. By default the deployment's (100 GB).", diskSize),
  type: optional(
    'Type of the boot disk, such as pd-balanced, pd-ssd or hyperdisk-balanced. By default pd-ssd with a snapshot.',
    typeName,
  ),
});

const keys = {
  zone_regex: optional('Zones to choose from: a regular expression, anchored at the start.', regex),
  machine_type: optional(
    "Compute Engine's machine type, such as n1-standard-4. By default the deployment's.",
    typeName,
  ),
  accelerator: optional(
    'Type of GPU to attach, such as nvidia-tesla-t4. A2, A3 and G2 machine types include their GPUs.',
    typeName,
  ),
  accelerator_count: optional('Number of GPUs. By default 1.', z.int().check(z.gte(1), z.lte(16))),
  snapshot: optional(
    'Snapshot from which the boot disk is created. Not together with image.',
    text.check(
      z.refine(
        (value) => parseSnapshot(value) !== null,
        'not a snapshot: write its name, or projects/P/global/snapshots/NAME',
      ),
    ),
  ),
  image: optional(
    "Image from which the boot disk is created: NAME, family/NAME or a full path. By default the deployment's.",
    text.check(
      z.refine(
        (value) => parseImage(value) !== null,
        'not an image: write its name, family/NAME, or projects/P/global/images/family/NAME',
      ),
    ),
  ),
  disk: optional('The boot disk.', disk),
  provisioning: optional(
    'spot is cheap and preemptible, standard is neither; spot_then_standard tries spot twice. By default spot.',
    z.enum(PROVISIONING),
  ),
  service_account: optional(
    'Service account of the VM; the deployment must allow it.',
    z.email('not the e-mail address of a service account'),
  ),
};

/** An entry of `instance_types`. */
export const namedMachine = z.strictObject(keys);

/** The value of `instance`: the name of an instance type, or keys, or both. */
export const machineChoice = z.union([
  z.string().check(z.minLength(1)),
  z.strictObject({
    type: optional('An entry of instance_types; the keys beside it replace those of the entry.', name),
    ...keys,
  }),
]);

export type MachineConfig = z.infer<typeof namedMachine>;
export type MachineChoice = z.infer<typeof machineChoice>;
