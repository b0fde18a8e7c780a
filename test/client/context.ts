// A command's surroundings for tests: what it says is kept.
import type { Context } from '../../client/src/core/context';

export interface TestContext extends Context {
  said: string[];
  printed(): string;
}

export function testContext(overrides: Partial<Context> = {}): TestContext {
  const said: string[] = [];
  let printed = '';
  const print = (text: string | Uint8Array): void => {
    printed += Buffer.from(text).toString();
  };
  return {
    env: { PATH: process.env['PATH'], HOME: '/nonexistent' },
    cwd: '/',
    flags: {},
    print,
    drained: () => Promise.resolve(),
    printHelp: print,
    columns: () => 80,
    notice: (line) => void said.push(line),
    terminal: () => undefined,
    ask: () => Promise.resolve(null),
    secretInput: () => Promise.resolve(Buffer.alloc(0)),
    interrupted: new AbortController().signal,
    stdoutClosed: new AbortController().signal,
    beforeExit: new Set(),
    unfinished: new Set(),
    localCloudProgram: '/nonexistent/main.mjs',
    templates: '/nonexistent/templates',
    ...overrides,
    said,
    printed: () => printed,
  };
}
