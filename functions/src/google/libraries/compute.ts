// Loaded by import() at the first call that needs Compute: see firestore.ts. These clients alone: the whole package
// takes seconds and a quarter of a gigabyte.
export { AcceleratorTypesClient } from '@google-cloud/compute/build/src/v1/accelerator_types_client';
export { DisksClient } from '@google-cloud/compute/build/src/v1/disks_client';
export { GlobalOperationsClient } from '@google-cloud/compute/build/src/v1/global_operations_client';
export { ImagesClient } from '@google-cloud/compute/build/src/v1/images_client';
export { InstancesClient } from '@google-cloud/compute/build/src/v1/instances_client';
export { MachineTypesClient } from '@google-cloud/compute/build/src/v1/machine_types_client';
export { ProjectsClient } from '@google-cloud/compute/build/src/v1/projects_client';
export { RegionsClient } from '@google-cloud/compute/build/src/v1/regions_client';
export { SnapshotsClient } from '@google-cloud/compute/build/src/v1/snapshots_client';
export { ZoneOperationsClient } from '@google-cloud/compute/build/src/v1/zone_operations_client';
export { ZonesClient } from '@google-cloud/compute/build/src/v1/zones_client';
export { OAuth2Client } from 'google-auth-library';
