// Terraform's state in the state bucket: whether it has made anything of the deployment.
// https://developer.hashicorp.com/terraform/language/backend/gcs: the state of the default workspace is <prefix>/default.tfstate.
import { parseJson } from '@mymlops/protocol';
import * as z from 'zod/mini';
import type { Administration } from '../google/administration';
import { valueOrRefuseCaller } from './value-or-refuse';

export const STATE_PREFIX = 'terraform';
const STATE_OBJECT = `${STATE_PREFIX}/default.tfstate`;

/** Terraform and OpenTofu write it so, in version 4. */
const state = z.looseObject({ resources: z.array(z.looseObject({ mode: z.string() })) });

/**
 * False before the first `apply`, and after a removal: then the choices alone are left. A state that cannot be read is one of a
 * deployment that exists. Throws ExpectedError where Google refuses.
 */
export async function hasResources(administration: Administration, bucket: string): Promise<boolean> {
  const answer = await administration.buckets.readText(bucket, STATE_OBJECT);
  const wanted = { act: `read gs://${bucket}/${STATE_OBJECT}`, role: 'storage.admin' };
  const stored = await valueOrRefuseCaller(administration, answer, wanted);
  if (stored === undefined) return false;
  const known = parseJson(state, stored.text);
  return !known.ok || known.value.resources.some(({ mode }) => mode === 'managed');
}
