/** A value that cannot be passed to a notebook as written. The message says why, and how to write it. */
export class ValueFault extends Error {}
