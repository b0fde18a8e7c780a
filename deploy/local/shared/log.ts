// One JSON line an entry, as Cloud Logging reads it: a constant message and fields, never a whole object or a header.

export type Severity = 'INFO' | 'WARNING' | 'ERROR';
export type Log = (severity: Severity, message: string, fields?: Record<string, string | number | boolean>) => void;

export const jsonLog =
  (write: (line: string) => void): Log =>
  (severity, message, fields = {}) =>
    write(`${JSON.stringify({ time: new Date().toISOString(), severity, message, ...fields })}\n`);
