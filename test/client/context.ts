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
    chosen: {},
    data: print,
    drained: () => Promise.resolve(),
    help: print,
    columns: () => 80,
    talk: (line) => void said.push(line),
    terminal: () => undefined,
    ask: () => Promise.resolve(null),
    interrupted: new AbortController().signal,
    unread: new AbortController().signal,
    beforeExit: new Set(),
    localCloudProgram: '/nonexistent/main.mjs',
    templates: '/nonexistent/templates',
    ...overrides,
    said,
    printed: () => printed,
  };
}
