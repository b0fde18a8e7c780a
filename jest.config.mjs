import { availableParallelism } from 'node:os';

const swc = (parser) => [
  '@swc/jest',
  { jsc: { parser: { syntax: parser }, target: 'es2022' }, module: { type: 'commonjs' } },
];

/** Packages of ES modules only, which are turned as well. */
const MODULES_ONLY = ['jose', 'string-width', 'strip-ansi', 'ansi-regex', 'get-east-asian-width'];

// swc turns the TypeScript into CommonJS for jest; types are checked by `npm run types`.
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/real-vm/'], // npm run test:vm
  transform: { '^.+\\.ts$': swc('typescript'), '^.+\\.js$': swc('ecmascript') },
  transformIgnorePatterns: [`/node_modules/(?!(?:${MODULES_ONLY.join('|')})/)`],
  moduleNameMapper: {
    '^@mymlops/protocol$': '<rootDir>/protocol/src/index.ts',
    '^@mymlops/google$': '<rootDir>/protocol/google/src/index.ts',
  },
  testSequencer: '<rootDir>/test/longest-first.cjs',
  testTimeout: 180_000, // for what hangs: a computer that is busy is slow
  // Much of the time a test waits for processes of its own: with a worker for each core the cores are idle for 4 parts of 10.
  maxWorkers: Math.ceil(availableParallelism() * 1.5),
};
