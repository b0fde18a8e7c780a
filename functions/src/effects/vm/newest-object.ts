// When a VM last wrote to a bucket.
import type { EffectContext } from '../effect';
import type { VmTask } from './vm-effect';

/** By Cloud Storage's clock; undefined if it wrote nothing: its claim goes to the results bucket, its log so far to the live one. */
export async function newestObject(
  { prefix, ourObjects }: Pick<VmTask, 'prefix' | 'ourObjects'>,
  { resultsBucket, liveBucket }: Pick<EffectContext, 'resultsBucket' | 'liveBucket'>,
): Promise<string | undefined> {
  const newest = await Promise.all([resultsBucket.newest(prefix, ourObjects), liveBucket.newest(prefix, [])]);
  return newest
    .filter((at) => at !== undefined)
    .toSorted()
    .at(-1);
}
