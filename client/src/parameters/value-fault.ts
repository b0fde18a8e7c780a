/** A value that cannot reach a notebook as it is written: the message says why, and how it is written otherwise. */
export class ValueFault extends Error {}
