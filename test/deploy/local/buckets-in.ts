// The buckets of the local cloud on a state folder.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BucketNames, bucketNames } from '@mymlops/protocol';

/** After its first start. */
export const bucketsIn = (folder: string): BucketNames =>
  bucketNames('local', 'mymlops', readFileSync(join(folder, 'bucket-suffix'), 'utf8').trim());
