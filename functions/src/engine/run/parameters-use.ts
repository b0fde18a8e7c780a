// Whether a run's parameters reached its notebook, as far as that can be seen.
import type { ParametersUse } from '@mymlops/protocol';

export interface Traces {
  /** The file with the parameters was read; undefined where the file system does not tell. */
  isRead: boolean | undefined;
  /** The notebook that came back has a cell of injected parameters. */
  isInjected: boolean | undefined;
}

/**
 * A runner reads the file before it injects the parameters. If nobody read the file, the cell came with the notebook
 * and has the values of an earlier run.
 */
export function parametersUse({ isRead, isInjected }: Traces): ParametersUse {
  if (isRead === false) return 'unknown';
  if (isInjected) return 'injected';
  return isRead ? 'read' : 'unknown';
}
