// Which images the machine specs of a mymlops.yml name, in the deployment's own project.
import { parseImage } from '@mymlops/protocol';
import { allMachines } from '../config/resolve-commit';
import type { Config } from '../config/schema';

export interface NamedImages {
  /** Names of images. */
  exactly: ReadonlySet<string>;
  families: ReadonlySet<string>;
}

const FAMILY = 'family/';

export function namedImages(config: Config, ownProject: string): NamedImages {
  const names = allMachines(config).flatMap(({ image: text }) => {
    const image = text === undefined ? null : parseImage(text);
    const isOwn = image !== null && (image.project ?? ownProject) === ownProject;
    return isOwn ? [image.path.replace(/^global\/images\//, '')] : [];
  });
  const [families, exactly] = [
    names.filter((name) => name.startsWith(FAMILY)),
    names.filter((name) => !name.startsWith(FAMILY)),
  ];
  return { exactly: new Set(exactly), families: new Set(families.map((name) => name.slice(FAMILY.length))) };
}
