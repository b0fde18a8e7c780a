// Replaces `$NAME`, `${NAME}` and `$$`. A `$` before anything else stays: `$(nproc)` and `$5` belong to the shell.

const PLACEHOLDER = /\$(?:\$|([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)\})/g;

export interface Substituted {
  text: string;
  /** Names that have no value. */
  missing: string[];
}

export function substitute(text: string, valueOf: (name: string) => string | undefined): Substituted {
  const missing: string[] = [];
  const result = text.replace(PLACEHOLDER, (all, bare?: string, braced?: string) => {
    const name = bare ?? braced;
    if (name === undefined) return '$';
    const value = valueOf(name);
    if (value === undefined) missing.push(name);
    return value ?? all;
  });
  return { text: result, missing };
}
