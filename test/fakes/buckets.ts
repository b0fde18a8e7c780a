// The buckets of the deployment that tests have.
import { bucketNames } from '@mymlops/protocol';

export const BUCKETS = bucketNames('local', 'mymlops', 'bcdfghjk');
