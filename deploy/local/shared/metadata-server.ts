// A VM's metadata server from the side of Compute Engine, which starts one for each VM.
import type { Clock } from './clock';
import type { Log } from './log';

/** The VM, as its metadata server knows it. */
export interface DescribedVm {
  id: string;
  name: string;
  zone: string;
  machineType: string;
  preempted: boolean;
  /** Full name of the image that the boot disk was made of. Absent: of a snapshot, or this cloud does not know it. */
  image?: string | undefined;
  tags: readonly string[];
  attributes: Readonly<Record<string, string>>;
  serviceAccounts: readonly { email: string; scopes: readonly string[] }[];
  projectId: string;
  projectNumber: string;
}

export interface MetadataOptions {
  /** Preferred port; 0: any. */
  port: number;
  clock: Clock;
  log: Log;
  /** Called for every request; undefined once the VM is gone. */
  vm(): DescribedVm | undefined;
  /** The VM's access token. */
  token(): string;
  /** The VM's identity token; absent where this cloud signs none. */
  identity?(request: { audience: string; isFull: boolean }): string;
}

export interface MetadataServer {
  port: number;
  /** Must be called after every change of what `vm` returns: it answers waiting requests. */
  changed(): void;
  close(): Promise<void>;
}

export type StartMetadata = (options: MetadataOptions) => Promise<MetadataServer>;
