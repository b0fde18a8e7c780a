// `npm run draw`: commits the quickstart on a local cloud of its own and draws the terminal's lines as docs/images/run.svg. They
// appear one by one, as they came, but within a few seconds. docs/getting-started.md gets the same lines as text.
import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const PICTURE = join(ROOT, 'docs/images/run.svg');
const QUOTING_PAGE = join(ROOT, 'docs/getting-started.md');
const COMMIT = ['commit', 'examples/quickstart/notebooks/train.ipynb', '-n', 'first run'];
const COLUMN = 7.4;
const LINE = 18;
const MARGIN = 16;
const LONGEST_SHOW_MS = 10_000;

/** Runs the client in `cwd`; each line of both streams, with milliseconds since the start. Throws unless it exits with 0. */
function record(args, cwd, home) {
  const started = Date.now();
  const lines = [];
  const child = spawn(process.execPath, [join(ROOT, 'client/bin/mymlops-client.cjs'), ...args], {
    cwd,
    env: { ...process.env, MYMLOPS_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream.setEncoding('utf8').on('data', (text) => {
      const parts = (rest + text).split('\n');
      rest = parts.pop();
      lines.push(...parts.map((line) => ({ line: line.replaceAll(home, '~/.mymlops'), ms: Date.now() - started })));
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(lines);
      else reject(new Error(`${args[0]} exited with ${code}:\n${lines.map(({ line }) => line).join('\n')}`));
    });
  });
}

const asTyped = (args) =>
  `$ npx mymlops-client ${args.map((word) => (/\s/.test(word) ? `"${word}"` : word)).join(' ')}`;

/** The commands and what they said, one after the other. */
async function recordAll(commands, cwd, home) {
  const shown = [];
  let at = 300;
  for (const args of commands) {
    shown.push({ line: asTyped(args), ms: at });
    const lines = await record(args, cwd, home);
    shown.push(...lines.map(({ line, ms }) => ({ line, ms: at + ms })));
    at = shown.at(-1).ms + 1000;
  }
  return shown;
}

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Without animation, or where a reader has turned it off, all lines are there at once. */
function draw(shown) {
  const width = Math.ceil(Math.max(...shown.map(({ line }) => line.length)) * COLUMN + 2 * MARGIN);
  const height = shown.length * LINE + 2 * MARGIN;
  const pace = Math.min(1, LONGEST_SHOW_MS / shown.at(-1).ms);
  const texts = shown.map(({ line, ms }, index) => {
    const kind = line.startsWith('$ ') ? 'line typed' : 'line';
    const place = `x="${MARGIN}" y="${MARGIN + (index + 0.75) * LINE}"`;
    return `<text class="${kind}" ${place} style="animation-delay:${((ms * pace) / 1000).toFixed(1)}s">${escaped(line)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" xml:space="preserve" role="img">
<title>A run, as the terminal shows it</title>
<style>
.line{font:12.3px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#d5d9e0;white-space:pre;animation:show .1s step-end backwards}
.typed{fill:#8fd18f}
@keyframes show{from{opacity:0}}
@media (prefers-reduced-motion:reduce){.line{animation:none}}
</style>
<rect width="${width}" height="${height}" rx="8" fill="#1d2129"/>
${texts.join('\n')}
</svg>
`;
}

/** Each block of `page` that begins with one of the commands gets what the command says now. */
function quote(page, shown) {
  const lines = shown.map(({ line }) => line);
  const starts = lines.flatMap((line, index) => (line.startsWith('$ ') ? [index] : []));
  return starts.reduce((text, start, nth) => {
    const [command, ...said] = lines.slice(start, starts[nth + 1]);
    const begin = text.indexOf(`\`\`\`\n${command}\n`);
    if (begin < 0) throw new Error(`${QUOTING_PAGE} does not quote: ${command}`);
    const end = text.indexOf('\n```', begin + 1);
    return `${text.slice(0, begin)}\`\`\`\n${[command, ...said].join('\n')}${text.slice(end)}`;
  }, page);
}

const folder = await mkdtemp(join(tmpdir(), 'mymlops-draw-'));
const [home, project] = [join(folder, 'home'), join(folder, 'mymlops')];
try {
  await mkdir(dirname(PICTURE), { recursive: true });
  await cp(join(ROOT, 'examples'), join(project, 'examples'), { recursive: true });
  // Lines that only the first commit prints, about the folders that it makes, belong to this computer.
  await record(COMMIT, project, home);
  const [first] = JSON.parse((await record(['ps', '--json'], project, home)).map(({ line }) => line).join('\n'));
  await record(['rm', first.run], project, home);
  const shown = await recordAll([COMMIT, ['ps']], project, home);
  await writeFile(PICTURE, draw(shown));
  await writeFile(QUOTING_PAGE, quote(await readFile(QUOTING_PAGE, 'utf8'), shown));
} finally {
  await record(['local', 'reset', '--yes'], folder, home).catch(() => undefined);
  await rm(folder, { recursive: true, force: true });
}
