// The part of Node's process that the client uses: tests pass one of their own.

export type Process = Pick<
  NodeJS.Process,
  'argv' | 'env' | 'cwd' | 'stdin' | 'stdout' | 'stderr' | 'on' | 'off' | 'removeAllListeners' | 'exit'
>;
