// Machine types with local SSDs, which lose their content whenever the VM is stopped. The boot disk keeps its own.

/**
 * Those to which Google attaches local SSDs by itself: https://cloud.google.com/compute/docs/disks/local-ssd. Nothing else gets any
 * from mymlops.
 */
const WITH_LOCAL_SSD = /^(a2-ultragpu|a3|a4|a4x|g4|z3)-|-[a-z]*lssd$/;

export const hasLocalSsd = (machineType: string): boolean => WITH_LOCAL_SSD.test(machineType);
