// Reads the builds of images from Firestore. Only the functions write them.
import { type ImageDocument, IMAGES, REMOVED_IMAGES } from '@mymlops/protocol';
import type { Connection } from './connection';
import { type DocumentReader, type Found, openCollection } from './documents';

/** All but the request, whose setup may be long, and the attempts. */
export type ListedImage = Omit<ImageDocument, 'request' | 'attempts' | 'capacity' | 'slots'>;

export type FoundImage = Found<ListedImage>;

export interface ImageReader extends DocumentReader<ImageDocument> {
  /** Newest first. */
  list(limit?: number): Promise<FoundImage[]>;
}

const LISTED: Record<keyof ListedImage, true> = {
  v: true,
  status: true,
  reason: true,
  message: true,
  phase: true,
  name: true,
  image: true,
  content: true,
  submittedBy: true,
  submittedAt: true,
  finishedAt: true,
  zone: true,
  machine: true,
  attempt: true,
  live: true,
  acceptedAt: true,
  cancel: true,
  made: true,
  end: true,
  cleanedAt: true,
  deletion: true,
  removing: true,
};

export function openImageReader(connection: Connection): ImageReader {
  const {
    reader: _,
    newest,
    ...images
  } = openCollection<ImageDocument>(connection, {
    name: IMAGES,
    tombstones: REMOVED_IMAGES,
    read: (fields) => fields as ImageDocument,
  });
  return { ...images, list: (limit) => newest({ limit, select: Object.keys(LISTED) }) };
}
