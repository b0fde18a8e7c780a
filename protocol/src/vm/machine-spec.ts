// The machine spec of a request.
import * as z from 'zod/mini';
import { parseImage, parseSnapshot } from './boot-source';

/** Whether a zone pattern can be used at all. */
export function isRegex(text: string): boolean {
  try {
    new RegExp(text).test('');
    return true;
  } catch {
    return false;
  }
}

/** `spot_then_standard`: two spot attempts, then a VM that nobody preempts. */
export const PROVISIONING = ['spot', 'standard', 'spot_then_standard'] as const;
/** The machine type of each VM of the local cloud, unless the request names another one. */
export const THIS_COMPUTER = 'this-computer';
/** Google's limits, in gigabytes. */
export const DISK_GB = { least: 10, most: 65_536 } as const;

/** The last part of one of Compute Engine's type names: it becomes part of a path. */
export const typeName = z.string().check(z.regex(/^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/, 'not the name of a type'));

export const machineSpec = z
  .strictObject({
    /** Absent: the deployment's default. */
    machineType: z.optional(typeName),
    /** Anchored at the start, as in the predecessor. Absent: any zone. */
    zoneRegex: z.optional(z.string().check(z.refine(isRegex, 'not a regular expression'))),
    provisioning: z._default(z.enum(PROVISIONING), 'spot'),
    accelerator: z.optional(z.strictObject({ type: typeName, count: z.int().check(z.gte(1), z.lte(16)) })),
    /** The source of the boot disk: one of them, or the deployment's image. See boot-source.ts. */
    image: z.optional(z.string().check(z.refine((text) => parseImage(text) !== null, 'not an image'))),
    snapshot: z.optional(z.string().check(z.refine((text) => parseSnapshot(text) !== null, 'not a snapshot'))),
    disk: z.optional(
      z.strictObject({
        sizeGb: z.optional(z.int().check(z.gte(DISK_GB.least), z.lte(DISK_GB.most))),
        type: z.optional(typeName),
      }),
    ),
    /** E-mail address. Absent: the deployment's. */
    serviceAccount: z.optional(z.email()),
  })
  .check(z.refine(({ image, snapshot }) => image === undefined || snapshot === undefined, 'an image and a snapshot'));
export type MachineSpec = z.infer<typeof machineSpec>;
