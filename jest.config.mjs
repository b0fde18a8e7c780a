import { availableParallelism } from 'node:os';

// swc turns the TypeScript into CommonJS for jest; types are checked by `npm run types`.
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
    ],
  },
  moduleNameMapper: { '^@mymlops/protocol$': '<rootDir>/protocol/src/index.ts' },
  testSequencer: '<rootDir>/test/longest-first.cjs',
  testTimeout: 30_000,
  // Much of the time a test waits for processes of its own: with a worker for each core the cores are idle for 4 parts of 10.
  maxWorkers: Math.ceil(availableParallelism() * 1.5),
};
