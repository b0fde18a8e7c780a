// The body of instances.insert: the fields that have an effect here, checked as strictly as Google does.
import * as z from 'zod';
import type { Catalog, MachineType } from './catalog';
import { int64, invalidField, labels, metadata, parseBody, resourceName } from './fields';
import { checkDisks, checkNetworks, defaultDiskType } from './misfits';
import type { Labels, StoredVm } from './records';
import { schedulingOf, schedulingSchema, type SchedulingHardware } from './scheduling';

export interface DiskSpec {
  boot: boolean;
  autoDelete: boolean;
  deviceName: string;
  /** Name of the disk to attach, or to make when there is none of that name. */
  name: string;
  /** False for `source`: a disk that must exist. */
  make: boolean;
  /** Absent: as large as its image. */
  sizeGb?: number;
  type: string;
  sourceImage: string;
  /** Id of an image of the project. */
  imageId?: string;
  labels: Labels;
}

export type InstanceSpec = Pick<
  StoredVm,
  | 'name'
  | 'description'
  | 'machineType'
  | 'labels'
  | 'tags'
  | 'scheduling'
  | 'networkInterfaces'
  | 'serviceAccounts'
  | 'accelerators'
  | 'deletionProtection'
> & { metadata: Record<string, string>; disks: DiskSpec[]; ignored: string[] };

const disk = z.looseObject({
  boot: z.boolean().default(false),
  autoDelete: z.boolean().default(false),
  deviceName: z.string().optional(),
  source: z.string().optional(),
  diskSizeGb: int64.optional(),
  initializeParams: z
    .looseObject({
      diskName: resourceName.optional(),
      diskSizeGb: int64.optional(),
      diskType: z.string().optional(),
      sourceImage: z.string().optional(),
      sourceSnapshot: z.string().optional(),
      labels: labels.default({}),
    })
    .optional(),
});

const instance = z.looseObject({
  name: resourceName,
  description: z.string().max(2048).default(''),
  machineType: z.string(),
  labels: labels.default({}),
  metadata: metadata.optional(),
  tags: z.looseObject({ items: z.array(resourceName).default([]) }).optional(),
  disks: z.array(disk).min(1, 'At least one disk is required.').default([]),
  networkInterfaces: z
    .array(z.looseObject({}))
    .default([])
    .refine((list) => list.length > 0, 'At least one network interface is required.'),
  serviceAccounts: z
    .array(z.looseObject({ email: z.string().min(1), scopes: z.array(z.string().min(1)).min(1) }))
    .max(1, 'At most one service account')
    .default([]),
  guestAccelerators: z
    .array(z.looseObject({ acceleratorType: z.string(), acceleratorCount: z.number().int().min(1).max(16) }))
    .max(1, 'At most one type of accelerator')
    .default([]),
  scheduling: schedulingSchema.optional(),
  deletionProtection: z.boolean().default(false),
});

/** @throws HttpError 400 in Google's words. */
export function parseInstance(body: unknown, zone: string, catalog: Catalog): InstanceSpec {
  const given = parseBody(instance, body, 'resource');
  const type = machineTypeOf(given.machineType, { field: 'resource.machineType', zone, catalog });
  const accelerators = given.guestAccelerators.map(({ acceleratorType, acceleratorCount: count }) => ({
    type: acceleratorTypeOf(acceleratorType, zone, catalog),
    count,
  }));
  const disks = given.disks.map((each, index) =>
    diskOf(each, { index, instance: given.name, zone, machineType: type.name }),
  );
  if (disks[0]?.boot !== true || disks.slice(1).some((each) => each.boot)) {
    throw invalidField('resource.disks', given.disks, 'The first disk, and no other, must be the boot disk.');
  }
  const scheduling = schedulingOf(
    given.scheduling ?? schedulingSchema.parse({}),
    hardwareOf(type, accelerators),
    'resource.scheduling',
  );
  checkDisks({ machineType: type.name, disks });
  checkNetworks(given.networkInterfaces);
  return {
    name: given.name,
    description: given.description,
    machineType: type.name,
    labels: given.labels,
    tags: given.tags?.items ?? [],
    metadata: given.metadata?.items ?? {},
    disks,
    networkInterfaces: given.networkInterfaces,
    serviceAccounts: given.serviceAccounts.map(({ email, scopes }) => ({ email, scopes })),
    accelerators,
    scheduling,
    deletionProtection: given.deletionProtection,
    ignored: Object.keys(given).filter((key) => !Object.hasOwn(instance.shape, key)),
  };
}

/** A GPU can also be attached to a machine type that has none. */
export const hardwareOf = (type: MachineType, accelerators: readonly unknown[] | undefined): SchedulingHardware => ({
  hasAccelerator: type.hasAccelerator || (accelerators ?? []).length > 0,
  hasLocalSsd: type.hasLocalSsd,
});

/** `field`: its path in the body, for messages. @throws HttpError 400 in Google's words. */
export function machineTypeOf(
  text: string,
  { field, zone, catalog }: { field: string; zone: string; catalog: Catalog },
): MachineType {
  const match = /(?:^|\/)zones\/([^/]+)\/machineTypes\/([^/]+)$/.exec(text);
  if (!match) throw invalidField(field, text, "The URL is malformed. Must be 'zones/ZONE/machineTypes/TYPE'.");
  if (match[1] !== zone) throw invalidField(field, text, `The machine type is not of zone '${zone}'.`);
  const type = catalog.machineType(match[2] ?? '');
  if (!type) {
    throw invalidField(field, text, `Machine type with name '${match[2]}' does not exist in zone '${zone}'.`);
  }
  return type;
}

function acceleratorTypeOf(text: string, zone: string, catalog: Catalog): string {
  const match = /(?:^|\/)zones\/([^/]+)\/acceleratorTypes\/([^/]+)$/.exec(text);
  const name = match?.[2] ?? '';
  if (match?.[1] === zone && catalog.acceleratorTypes.includes(name)) return name;
  const why = `The accelerator type does not exist in zone '${zone}'.`;
  throw invalidField('resource.guestAccelerators[0].acceleratorType', text, why);
}

function diskOf(
  given: z.infer<typeof disk>,
  place: { index: number; instance: string; zone: string; machineType: string },
): DiskSpec {
  const field = `resource.disks[${place.index}]`;
  const { initializeParams: make, source } = given;
  if ((make === undefined) === (source === undefined)) {
    throw invalidField(field, given, "Exactly one of 'source' and 'initializeParams' is needed.");
  }
  if (source !== undefined && !new RegExp(`(^|/)zones/${place.zone}/disks/[^/]+$`).test(source)) {
    throw invalidField(`${field}.source`, source, `Must be 'zones/${place.zone}/disks/DISK'.`);
  }
  if (make && given.boot && make.sourceImage === undefined && make.sourceSnapshot === undefined) {
    throw invalidField(`${field}.initializeParams.sourceImage`, '', 'A boot disk needs an image or a snapshot.');
  }
  if (make?.sourceImage !== undefined && make.sourceSnapshot !== undefined) {
    const why = "At most one of 'sourceImage' and 'sourceSnapshot' is possible.";
    throw invalidField(`${field}.initializeParams`, make, why);
  }
  const sizeGb = make?.diskSizeGb ?? given.diskSizeGb;
  if (sizeGb !== undefined && (sizeGb < 1 || sizeGb > 65536))
    throw invalidField(`${field}.diskSizeGb`, sizeGb, 'Must be 1 to 65536.');
  const type = /(?:^|\/)zones\/([^/]+)\/diskTypes\/([a-z0-9-]+)$/.exec(make?.diskType ?? '');
  if (make?.diskType !== undefined && type?.[1] !== place.zone) {
    throw invalidField(
      `${field}.initializeParams.diskType`,
      make.diskType,
      `Must be 'zones/${place.zone}/diskTypes/TYPE'.`,
    );
  }
  const ownName = place.index === 0 ? place.instance : `${place.instance}-${place.index}`;
  return {
    boot: given.boot,
    autoDelete: given.autoDelete,
    deviceName: given.deviceName ?? `persistent-disk-${place.index}`,
    name: source?.split('/').at(-1) ?? make?.diskName ?? ownName,
    make: make !== undefined,
    ...(sizeGb !== undefined && { sizeGb }),
    type: type?.[2] ?? defaultDiskType(place.machineType),
    sourceImage: make?.sourceImage ?? make?.sourceSnapshot ?? '',
    labels: make?.labels ?? {},
  };
}
