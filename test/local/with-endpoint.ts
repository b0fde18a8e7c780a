// Lets the clients of a desk find a service at another address, such as that of a proxy.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Desk } from './desk';

/** While `work` is under way. */
export async function withEndpoint<T>(
  desk: Desk,
  service: 'pubsub' | 'storage',
  address: string,
  work: () => Promise<T>,
): Promise<T> {
  const file = join(desk.home, 'endpoints.json');
  const before = readFileSync(file, 'utf8');
  try {
    writeFileSync(file, JSON.stringify({ ...(JSON.parse(before) as object), [service]: address }));
    return await work();
  } finally {
    writeFileSync(file, before);
  }
}
