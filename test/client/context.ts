// A command's surroundings for tests: what it says is kept.
import type { Context } from '../../client/src/context';

export interface TestContext extends Context {
  said: string[];
  printed(): string;
}

export function testContext(overrides: Partial<Context> = {}): TestContext {
  const said: string[] = [];
  let printed = '';
  const print = (text: string): void => {
    printed += text;
  };
  return {
    env: { PATH: process.env['PATH'], HOME: '/nonexistent' },
    cwd: '/',
    chosen: {},
    data: print,
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
