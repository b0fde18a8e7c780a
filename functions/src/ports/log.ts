// How the functions log: a constant message and fields, one JSON line an entry.
export type Log = (
  severity: 'INFO' | 'WARNING' | 'ERROR',
  message: string,
  fields?: Record<string, string | number | boolean | undefined>,
) => void;
