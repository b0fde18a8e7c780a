// The folders of images: copies of disks, each named by its image's id.
import { existsSync, readdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../shared/log';
import { removeFolder } from './remove-folder';
import type { ComputeStore } from './store';

/** `folder`: that of the Compute stand-in. */
export const imageFolderOf = (folder: string, imageId: string): string => join(folder, 'images', imageId);

export interface ImageFolders {
  /** A new and empty folder, also where an earlier copy was interrupted. */
  make(imageId: string): Promise<string>;
  remove(imageId: string): Promise<void>;
  /** Removes folders without an image (after a crash between the writes of record and folder). */
  sweep(): Promise<void>;
}

export function createImageFolders(folder: string, store: ComputeStore, log: Log): ImageFolders {
  const root = imageFolderOf(folder, '');
  const remove = async (imageId: string): Promise<void> => {
    try {
      await removeFolder(imageFolderOf(folder, imageId));
    } catch (error) {
      // The next start of the local cloud tries again.
      log('WARNING', 'the folder of an image could not be removed', { folder: imageId, cause: String(error) });
    }
  };
  return {
    async make(imageId) {
      const path = imageFolderOf(folder, imageId);
      await removeFolder(path);
      await mkdir(path, { recursive: true, mode: 0o700 });
      return path;
    },
    remove,
    async sweep() {
      if (!existsSync(root)) return;
      const unknown = readdirSync(root).filter((name) => !store.images.has(name));
      await Promise.all(unknown.map(remove));
    },
  };
}
