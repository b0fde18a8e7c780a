// A destroy on Google: it deletes, keeps, or is refused.
import type { Lookup } from './references';
import type { Values } from './values';

export interface Deletion {
  /** Terraform forgets it, and Google keeps it. */
  keep?: boolean;
  refusal?: string;
  /** What is deleted with it. */
  with: { type: string; test(values: Values): boolean }[];
}

/** @param known The last state in Terraform, in which the policies stand. */
export function refusalOfDelete(type: string, known: Values, lookup: Lookup): Deletion {
  if (known.deletion_policy === 'ABANDON') return { keep: true, with: [] };
  if (known.deletion_policy === 'PREVENT') {
    return { refusal: 'cannot destroy resource without setting deletion_policy="DELETE"', with: [] };
  }
  if (type === 'google_project_service' && known.disable_on_destroy !== true) return { keep: true, with: [] };
  if (known.deletion_protection === true) {
    return {
      refusal: 'cannot destroy resource without setting deletion_protection=false and running `terraform apply`',
      with: [],
    };
  }
  if (type === 'google_storage_bucket') {
    const test = (object: Values) => object.bucket === known.name;
    const full = lookup.some('google_storage_bucket_object', test);
    if (full && known.force_destroy !== true) {
      return {
        refusal: `Error trying to delete bucket ${String(known.name)} containing objects without \`force_destroy\` set to true`,
        with: [],
      };
    }
    return { with: [{ type: 'google_storage_bucket_object', test }] };
  }
  if (type === 'google_firestore_database') {
    if (known.delete_protection_state === 'DELETE_PROTECTION_ENABLED') {
      return {
        refusal: 'Error 400: Cannot delete the database because delete protection is enabled., failedPrecondition',
        with: [],
      };
    }
    const test = (one: Values) => one.database === known.name && one.project === known.project;
    return { with: ['google_firestore_document', 'google_firestore_field'].map((gone) => ({ type: gone, test })) };
  }
  return { with: [] };
}
