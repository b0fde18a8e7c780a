// One error in mymlops.yml.

/** Line and column are counted from 1. */
export interface ConfigError {
  line: number;
  column: number;
  message: string;
}

export const inFileOrder = (errors: readonly ConfigError[]): ConfigError[] =>
  errors.toSorted((left, right) => left.line - right.line || left.column - right.column);
