// The rights of a VM to write and publish: on Google, Terraform gives them to the VMs' service account.
import { type Names, RUNS } from '@mymlops/protocol';
import type { VmRights } from '../shared/service';

export const vmRightsOf = ({ topics }: Names): VmRights => ({ objectPrefixes: [`${RUNS}/`], topics: [topics.events] });
