// Names a document of any kind.

/** The kinds of documents that have VMs: runs, builds of images, and interactive instances. */
export const RUN_KIND = 'run';
export const IMAGE_KIND = 'image';
export const INSTANCE_KIND = 'instance';

export interface DocumentRef {
  /** Such as `run`. */
  kind: string;
  id: string;
}

/** For people: `run 20261121-101500-k3v9`. */
export const titleOf = ({ kind, id }: DocumentRef): string => `${kind} ${id}`;

export const isSameDocument = (one: DocumentRef, other: DocumentRef): boolean =>
  one.kind === other.kind && one.id === other.id;
