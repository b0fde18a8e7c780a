// Loaded by import() at the first call that needs Compute: see firestore.ts. These clients alone: the whole package
// takes seconds and a quarter of a gigabyte.
export { AcceleratorTypesClient } from '@google-cloud/compute/build/src/v1/accelerator_types_client';
export { DisksClient } from '@google-cloud/compute/build/src/v1/disks_client';
export { InstancesClient } from '@google-cloud/compute/build/src/v1/instances_client';
export { MachineTypesClient } from '@google-cloud/compute/build/src/v1/machine_types_client';
export { ZoneOperationsClient } from '@google-cloud/compute/build/src/v1/zone_operations_client';
export { ZonesClient } from '@google-cloud/compute/build/src/v1/zones_client';
export { OAuth2Client } from 'google-auth-library';
