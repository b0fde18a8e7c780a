/** Which names the source of a cell assigns. */
export interface AssignedNames {
  /** In the order of their first assignment. */
  assigned: string[];
  /** These can be set as well, though nobody would call them parameters: imports, loop variables, functions. */
  others: ReadonlySet<string>;
  /** Nothing in the source could assign any other name. */
  isSure: boolean;
}
