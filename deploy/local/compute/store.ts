// The durable state of the Compute stand-in: a journal of whole records. What was written survives a kill -9.
import { join } from 'node:path';
import { identityOfFolder } from '../state/identity-of-folder';
import { openJournal } from '../state/journal';
import { ownMainProcess } from './process-table';
import { vmsFolderOf } from './vms-folder';
import type { Log } from '../shared/log';
import type { DiskRecord, ImageRecord, MainProcess, OperationRecord, StoredMetadata, StoredVm } from './records';

export type Entry =
  | { vm: StoredVm }
  | { ran: NonNullable<StoredVm['ran']>; of: string }
  | { vmGone: string }
  | { metadata: MetadataItem[]; of: string }
  | { disk: DiskRecord }
  | { diskGone: string }
  | { image: ImageRecord }
  | { imageGone: string }
  | { operation: OperationRecord };

/** A key without a value keeps its value: scripts are long, and written once. */
type MetadataItem = [key: string, value?: string];

/** The entry that replaces the metadata of a VM. */
export function metadataEntry(vmId: string, { from, to }: { from: StoredMetadata; to: StoredMetadata }): Entry {
  const items = Object.entries(to).map(([key, value]): MetadataItem => (from[key] === value ? [key] : [key, value]));
  return { metadata: items, of: vmId };
}

export interface ComputeStore {
  /** Identity of the folder. */
  readonly folderId: string;
  readonly vms: ReadonlyMap<string, StoredVm>;
  readonly disks: ReadonlyMap<string, DiskRecord>;
  readonly images: ReadonlyMap<string, ImageRecord>;
  /** Oldest first. */
  readonly operations: ReadonlyMap<string, OperationRecord>;
  metadata(vmId: string): StoredMetadata;
  vmNamed(zone: string, name: string): StoredVm | undefined;
  diskNamed(zone: string, name: string): DiskRecord | undefined;
  imageNamed(name: string): ImageRecord | undefined;
  /** All entries or, when the disk is full, none (and it throws). */
  write(...entries: Entry[]): void;
  /** False where the journal was removed before `close`: no later start would find these records. */
  isInPlace(): boolean;
  /** Later writes throw; may be called twice. */
  close(): void;
}

const COMPACT_BYTES = 4 * 1024 * 1024;
/** Finished operations that are remembered; Google keeps them for about two weeks. */
const KEPT_OPERATIONS = 2000;

/** In journals of earlier versions its field has the old name of a main process. */
function withMainProcess(vm: StoredVm & { machine?: MainProcess }): StoredVm {
  const { machine, ...record } = vm;
  return machine ? { mainProcess: machine, ...record } : record;
}

/** A copied record, without the process, which is that of another folder. */
function asOwn(vm: StoredVm, folder: string, folderId: string): StoredVm {
  const { mainProcess, ...record } = vm;
  const own = ownMainProcess(mainProcess, { folder: join(vmsFolderOf(folder), vm.id), folderId });
  return own ? vm : record;
}

/** Opens the state in `folder`, which one process at a time may have. */
export function openComputeStore(folder: string, log: Log): ComputeStore {
  const vms = new Map<string, StoredVm>();
  const metadata = new Map<string, StoredMetadata>();
  const disks = new Map<string, DiskRecord>();
  const images = new Map<string, ImageRecord>();
  const operations = new Map<string, OperationRecord>();

  const noteRun = ({ ran, of }: Extract<Entry, { ran: unknown }>): void => {
    const vm = vms.get(of);
    if (vm) vms.set(of, { ...vm, ran });
  };

  const setMetadata = (vmId: string, items: readonly MetadataItem[]): void => {
    const before = metadata.get(vmId) ?? {};
    metadata.set(vmId, Object.fromEntries(items.map(([key, value]) => [key, value ?? before[key] ?? ''])));
  };

  const apply = (entry: Entry): void => {
    if ('vm' in entry) vms.set(entry.vm.id, withMainProcess(entry.vm));
    else if ('ran' in entry) noteRun(entry);
    else if ('metadata' in entry) setMetadata(entry.of, entry.metadata);
    else if ('disk' in entry) disks.set(entry.disk.id, entry.disk);
    else if ('operation' in entry) operations.set(entry.operation.id, entry.operation);
    else if ('image' in entry) images.set(entry.image.id, entry.image);
    else if ('imageGone' in entry) images.delete(entry.imageGone);
    else if ('diskGone' in entry) disks.delete(entry.diskGone);
    else {
      vms.delete(entry.vmGone);
      metadata.delete(entry.vmGone);
    }
  };

  const forgetOldOperations = (): void => {
    for (const { id, status } of operations.values()) {
      if (operations.size <= KEPT_OPERATIONS) return;
      if (status === 'DONE') operations.delete(id);
    }
  };

  const journal = openJournal<Entry>(join(folder, 'compute.journal'), apply);
  const folderId = identityOfFolder(folder);
  for (const vm of vms.values()) vms.set(vm.id, asOwn(vm, folder, folderId));
  forgetOldOperations();
  let compactAt = Math.max(COMPACT_BYTES, journal.size());
  let isClosed = false;

  function* liveEntries(): Generator<Entry> {
    for (const vm of vms.values()) yield { vm };
    for (const [of, items] of metadata) yield metadataEntry(of, { from: {}, to: items });
    for (const disk of disks.values()) yield { disk };
    for (const image of images.values()) yield { image };
    for (const operation of operations.values()) yield { operation };
  }

  const compactWhenDue = (): void => {
    if (journal.size() <= compactAt) return;
    try {
      journal.rewrite(liveEntries());
      compactAt = Math.max(COMPACT_BYTES, 2 * journal.size());
    } catch (error) {
      compactAt = journal.size() + COMPACT_BYTES; // not again at every write while the disk is full
      log('WARNING', 'journal not compacted', { cause: String(error) });
    }
  };

  return {
    folderId,
    vms,
    disks,
    images,
    operations,
    metadata: (vmId) => metadata.get(vmId) ?? {},
    vmNamed: (zone, name) => [...vms.values()].find((vm) => vm.zone === zone && vm.name === name),
    diskNamed: (zone, name) => [...disks.values()].find((disk) => disk.zone === zone && disk.name === name),
    imageNamed: (name) => [...images.values()].find((image) => image.name === name),
    write(...entries) {
      if (isClosed) throw new Error('the store is closed'); // its file number may be another file's by now
      journal.append(...entries);
      entries.forEach(apply);
      forgetOldOperations();
      compactWhenDue();
    },
    isInPlace: () => isClosed || journal.isInPlace(),
    close() {
      if (isClosed) return;
      isClosed = true;
      journal.close();
    },
  };
}
