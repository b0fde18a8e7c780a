// Which results are too large for git, and the file that stands there instead and names the object in the bucket. The VM's agent
// has the same limit (POINTER_BYTES in functions/vm/run/00-start.sh) and writes the same, byte for byte; a test compares them.

/** Bytes. Git hosts refuse much larger files. */
export const LARGEST_FILE_IN_GIT = 50_000_000;

/** Added to the name of the result. */
export const POINTER_SUFFIX = '.pointer.json';

export interface ResultPointer {
  bucket: string;
  /** Its name in the bucket. */
  object: string;
  size: number;
  sha256: string;
}

/** The content of the file. */
export const pointerText = ({ bucket, object, size, sha256 }: ResultPointer): string =>
  `${JSON.stringify({ bucket, object, size, sha256 }, null, 2)}\n`;
