// The fields that the lists of VMs and disks request. A whole VM brings its metadata, and with it our scripts: 10,000 of them
// are a gigabyte a minute.
import type { CallOptions } from 'google-gax';

/** The warning names a scope that was not listed; the token leads to the next page. */
export const AROUND = 'nextPageToken,unreachables,warning(code,message),items/*/warning(code,message)';

/** All that vmOf reads. */
export const VM_FIELDS =
  `${AROUND},items/*/instances(id,name,zone,status,labels,machineType,lastStartTimestamp,` +
  'scheduling(maxRunDuration(seconds),instanceTerminationAction))';

/** All that diskOf reads. */
export const DISK_FIELDS = `${AROUND},items/*/disks(id,name,zone,labels,users,sizeGb)`;

/**
 * Options of a list call in pages that asks for these fields only, new ones for each call: the library writes into them.
 * It has no parameter for Google's `fields`, which is a header just as well: https://cloud.google.com/apis/docs/system-parameters
 */
export const onlyWith = (fields: string): CallOptions => ({
  autoPaginate: false,
  otherArgs: { headers: { 'X-Goog-FieldMask': fields } },
});
