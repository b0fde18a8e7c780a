export type Log = (
  severity: 'INFO' | 'WARNING' | 'ERROR',
  message: string,
  fields?: Record<string, string | number | boolean | undefined>,
) => void;
