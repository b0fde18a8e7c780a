// README.md is the front page: short, with the two lines that continuous integration runs as a new user types them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

test('has at most 150 lines', () => {
  expect(readme.split('\n').length - 1).toBeLessThanOrEqual(150);
});

test('its first block is the two lines that .ci/run runs', () => {
  const block = /^```\n([^]*?)^```$/m.exec(readme)?.[1];
  expect(block?.trimEnd().split('\n')).toEqual([
    'npm ci && npx mymlops-client commit examples/quickstart/notebooks/train.ipynb -n "first run"',
    'npm ci && npm test',
  ]);
  const script = readFileSync(join(ROOT, '.ci/run'), 'utf8');
  expect(script).toContain(
    'npm ci --no-progress --silent && npx mymlops-client commit examples/quickstart/notebooks/train.ipynb -n "first run"\n',
  );
  expect(script).toMatch(/^npm ci --no-progress --silent && env .* npm test /m);
});

test('leads to every page of docs/', () => {
  const pages = ['getting-started', 'runs', 'parameters', 'commands', 'configuration', 'what-is-sent'];
  pages.push('what-happens-when', 'local-cloud', 'architecture', 'development', 'glossary');
  expect(pages.filter((page) => !readme.includes(`](docs/${page}.md)`))).toEqual([]);
});
