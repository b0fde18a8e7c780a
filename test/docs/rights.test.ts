// docs/rights.md has every right of each identity, and no other.
import { IDENTITIES, RIGHTS, type Identity } from '@mymlops/protocol';
import { readPage, sectionOf } from './pages';

const TITLES: Record<Identity, string> = {
  request: 'The function `request`',
  event: 'The function `event`',
  sweep: 'The function `sweep`',
  vm: 'VMs',
  push: 'Pub/Sub, when it pushes a message',
  client: 'People and pipelines',
};

test.each(IDENTITIES)('%s', (identity) => {
  const rows = sectionOf(readPage('docs/rights.md'), TITLES[identity]).match(/^\|.*\|$/gm) ?? [];
  const cells = rows.slice(2).map((row) =>
    row
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
  expect(cells).toEqual(
    RIGHTS[identity].map(({ on, permissions, why = '' }) => [
      on,
      permissions.map((permission) => `\`${permission}\``).join(', '),
      why,
    ]),
  );
});

test('no permission is given twice on the same resource', () => {
  for (const identity of IDENTITIES) {
    const all = RIGHTS[identity].flatMap(({ on, permissions }) =>
      permissions.map((permission) => `${on} ${permission}`),
    );
    expect(all).toEqual([...new Set(all)]);
  }
});
