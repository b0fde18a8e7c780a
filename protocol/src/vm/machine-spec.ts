// The machine spec of a request.
import * as z from 'zod';
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
/** Google's limits, in gigabytes. */
export const DISK_GB = { least: 10, most: 65_536 } as const;

/** The last part of one of Compute Engine's type names: it becomes part of a path. */
export const typeName = z.string().regex(/^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/, 'not the name of a type');

export const machineSpec = z
  .strictObject({
    /** Absent: the deployment's default. */
    machineType: typeName.optional(),
    /** Anchored at the start, as in the predecessor. Absent: any zone. */
    zoneRegex: z.string().refine(isRegex, 'not a regular expression').optional(),
    provisioning: z.enum(PROVISIONING).default('spot'),
    accelerator: z.strictObject({ type: typeName, count: z.number().int().min(1).max(16) }).optional(),
    /** The source of the boot disk: one of them, or the deployment's image. See boot-source.ts. */
    image: z
      .string()
      .refine((text) => parseImage(text) !== null, 'not an image')
      .optional(),
    snapshot: z
      .string()
      .refine((text) => parseSnapshot(text) !== null, 'not a snapshot')
      .optional(),
    disk: z
      .strictObject({
        sizeGb: z.number().int().min(DISK_GB.least).max(DISK_GB.most).optional(),
        type: typeName.optional(),
      })
      .optional(),
    /** E-mail address. Absent: the deployment's. */
    serviceAccount: z.email().optional(),
  })
  .refine(({ image, snapshot }) => image === undefined || snapshot === undefined, 'an image and a snapshot');
export type MachineSpec = z.infer<typeof machineSpec>;
