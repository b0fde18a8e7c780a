// What a person sees: the client on a real pseudo-terminal, whose screen is kept as a terminal would.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { testWith } from '../parts';
import { type Desk, newDesk } from './desk';

const CLIENT = join(__dirname, '../../client/bin/mymlops-client.cjs');
/** A pseudo-terminal of 40 columns around a program; everything that it shows goes to stdout. */
const IN_TERMINAL = `
import fcntl, os, pty, struct, sys, termios
pid, fd = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 40, 0, 0))
    os.execvp(sys.argv[1], sys.argv[1:])
while True:
    try:
        chunk = os.read(fd, 65536)
    except OSError:
        break
    if not chunk:
        break
    os.write(1, chunk)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;
const CLEAR = '\r\u001b[2K';

let desk: Desk;
beforeAll(async () => {
  desk = await newDesk();
});
afterAll(() => desk.close());

function onTerminal(...args: string[]): Promise<{ code: number | null; shown: string }> {
  const env = {
    PATH: process.env['PATH'],
    HOME: join(desk.project, '..'),
    MYMLOPS_HOME: desk.home,
    LANG: 'C.UTF-8',
    TERM: 'xterm',
  };
  const child = spawn('python3', ['-c', IN_TERMINAL, process.execPath, CLIENT, ...args], { cwd: desk.project, env });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve) =>
    child.on('close', (code) => resolve({ code, shown: Buffer.concat(chunks).toString('utf8') })),
  );
}

/** The lines that are left on the screen: what was cleared is gone. */
const linesLeft = (shown: string): string[] =>
  shown.split('\r\n').map((line) => line.slice(line.includes(CLEAR) ? line.lastIndexOf(CLEAR) + CLEAR.length : 0));

/** Every text of the live line that there was. */
const drawn = (shown: string): string[] =>
  shown
    .split(CLEAR)
    .slice(1)
    .map((text) => text.split('\r\n')[0] ?? '')
    .filter(Boolean);

testWith('python3', 'apt-get install python3')(
  'one run has a live line that is never wider than the screen, and goes',
  async () => {
    const { code, shown } = await onTerminal('commit', desk.notebook('日本語.ipynb', ['import time; time.sleep(2)']));
    expect(code).toBe(0);
    expect(drawn(shown).some((text) => /^\d{8}-\d{6}-\w{4}: running/.test(text))).toBe(true);
    expect(drawn(shown).filter((text) => text.includes(': running') && text.length > 39)).toEqual([]);
    expect(linesLeft(shown).filter((line) => line.includes(': running'))).toEqual([]);
    expect(linesLeft(shown).join('\n')).toMatch(/: succeeded after /);
  },
);

testWith('python3', 'apt-get install python3')(
  'two runs have a line for each change, and none that moves',
  async () => {
    const notebooks = ['one.ipynb', 'two.ipynb'].map((name) => desk.notebook(name, ['x = 1']));
    const { code, shown } = await onTerminal('commit', ...notebooks);
    expect(code).toBe(0);
    expect(shown).not.toContain(CLEAR);
    expect(linesLeft(shown).filter((line) => /^\d{8}-\d{6}-\w{4}: succeeded after /.test(line))).toHaveLength(2);
  },
);
