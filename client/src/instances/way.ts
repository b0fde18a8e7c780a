// The way from this computer to the services of an instance. On this computer a service is at its own port. On Google Cloud a tunnel
// is needed, which gcloud opens: https://cloud.google.com/iap/docs/using-tcp-forwarding
import { INSTANCE_OBJECTS, type InstanceDocument, LOCAL_PROJECT } from '@mymlops/protocol';
import type { Target } from '../config/target';
import type { Bucket } from '../google/bucket';
import { newestVm, objectsOf } from '../view/instance-facts';

export interface Way {
  service: string;
  /** Without its token. */
  url: string;
  /** Its command gets a token. */
  takesToken: boolean;
  /** The command that opens a tunnel; absent on this computer. */
  tunnel?: string;
}

/** One for each service, in the order of the file. */
export function waysTo(document: InstanceDocument, { project }: Target): Way[] {
  const vm = newestVm(document);
  return (document.spec?.services ?? []).map(({ name, port, tokenVariable }) => ({
    ...{ service: name, url: `http://127.0.0.1:${port}/`, takesToken: tokenVariable !== undefined },
    ...(vm && project !== LOCAL_PROJECT && { tunnel: tunnelLine(vm, port, project) }),
  }));
}

/**
 * The VM's own name as the target: a service listens at the VM's address, not at its loopback.
 * https://cloud.google.com/compute/docs/internal-dns
 */
const tunnelLine = ({ name, zone }: { name: string; zone: string }, port: number, project: string): string =>
  `gcloud compute ssh ${name} --project ${project} --zone ${zone} --tunnel-through-iap -- -N -L 127.0.0.1:${port}:${name}:${port}`;

/** As Jupyter takes it: https://jupyter-server.readthedocs.io/en/latest/operators/security.html */
export const withToken = (url: string, token: string): string => `${url}?token=${encodeURIComponent(token)}`;

/** The token that the VM has made; undefined while it has sent none. */
export async function readToken(
  bucket: Pick<Bucket, 'read'>,
  name: string,
  document: InstanceDocument,
): Promise<string | undefined> {
  const prefix = objectsOf(name, document);
  const content = prefix === undefined ? null : await bucket.read(`${prefix}${INSTANCE_OBJECTS.token}`);
  return content?.toString('utf8').trim() || undefined;
}
