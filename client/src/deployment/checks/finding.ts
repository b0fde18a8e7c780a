// Findings of the checks before a deployment.

export interface Finding {
  /** `stop`: Terraform would fail. `warning`: something may be refused later. */
  severity: 'stop' | 'warning';
  /** A short name, such as `billing`. */
  about: string;
  sentence: string;
  /** A command, or an address of Google's console. */
  remedy?: string;
  /** The API that the check needs, and that is off: the check can be made once `enableApis` has run. Set on a `warning` only. */
  awaitsApi?: string;
}

export const stop = (about: string, sentence: string, remedy?: string): Finding => ({
  ...{ severity: 'stop', about, sentence },
  ...(remedy !== undefined && { remedy }),
});

export const warning = (about: string, sentence: string, remedy?: string): Finding => ({
  ...{ severity: 'warning', about, sentence },
  ...(remedy !== undefined && { remedy }),
});
