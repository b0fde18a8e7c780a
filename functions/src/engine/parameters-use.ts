// Whether a run's parameters reached its notebook, as far as that can be seen.
import type { ParametersUse } from '@mymlops/protocol';

export interface Traces {
  /** The file with the parameters was read; undefined where the file system does not tell. */
  isRead: boolean | undefined;
  /** The notebook that came back has a cell of injected parameters. */
  isInjected: boolean | undefined;
}

/**
 * Whoever injects reads the file first: where nobody did, the cell is one that came with the notebook, with the values of an
 * earlier run.
 */
export function parametersUse({ isRead, isInjected }: Traces): ParametersUse {
  if (isRead === false) return 'unknown';
  if (isInjected) return 'injected';
  return isRead ? 'read' : 'unknown';
}
