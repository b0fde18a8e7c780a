// Asks the request function to delete a VM or disk that nothing needs.
import type { Sweep } from './context';
import { nameOf, type ListedResource } from './inventory';

export async function requestReap(
  { resource, zone, name, id }: ListedResource,
  { context, report }: Sweep,
): Promise<void> {
  report.reaped.push(nameOf({ zone, name }));
  await context.bus.ask({ v: 1, type: 'reap', resource, zone, name, id });
}
