/** The names that the source of a cell assigns. */
export interface AssignedNames {
  /** In the order of their first assignment. */
  assigned: string[];
  /** Names that are set in other ways and are hardly parameters: imports, loop variables, functions. */
  others: ReadonlySet<string>;
  /** Whether the source surely assigns no other name. */
  isSure: boolean;
}
