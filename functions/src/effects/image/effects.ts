// Which effect carries out which action that only builds of images have.
import type { ImageState } from '@mymlops/protocol';
import type { ImageEffectName } from '../../engine/image/action';
import type { Effect } from '../effect';
import { deleteImage, makeImage } from './make-image';
import { placeBuild } from './place-build';

export const IMAGE_EFFECTS: Record<ImageEffectName, Effect<ImageState>> = {
  place: placeBuild,
  'make-image': makeImage,
  'delete-image': deleteImage,
};
