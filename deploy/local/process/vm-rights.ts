// What a VM may write and publish: on Google, Terraform gives these rights to the VMs' service account.
import { type Names, RUNS } from '@mymlops/protocol';
import type { VmRights } from '../shared/service';

export const vmRightsOf = ({ topics }: Names): VmRights => ({ objectPrefixes: [`${RUNS}/`], topics: [topics.events] });
