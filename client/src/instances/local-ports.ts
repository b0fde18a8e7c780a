// On this computer all instances share one address: each service has a port of its own there, which the instance keeps.
import type { InstanceSpec } from '@mymlops/protocol';
import { ExpectedError } from '../core/errors';

type Service = InstanceSpec['services'][number];

/** A port this far from the one in mymlops.yml was chosen for it. */
const SPAN = 100;

export interface PortQuestion {
  services: readonly Service[];
  /** Those that the instance has now; empty for a new one. */
  known: readonly Pick<Service, 'name' | 'port'>[];
  /** Ports of other instances on this computer, on or off. */
  taken: ReadonlySet<number>;
  /** Whether a program listens there. */
  isInUse(port: number): Promise<boolean>;
}

/** The services with the ports that they get here. Throws ExpectedError if none is free near the one that was written. */
export async function withLocalPorts({ services, known, taken, isInUse }: PortQuestion): Promise<Service[]> {
  const chosen = new Set(taken);
  const placed: Service[] = [];
  for (const service of services) {
    const kept = known.find(({ name, port }) => name === service.name && isNear(port, service.port));
    const port = kept ? kept.port : await freePort(service, chosen, isInUse);
    chosen.add(port);
    placed.push({ ...service, port });
  }
  return placed;
}

const isNear = (port: number, written: number): boolean => port >= written && port < written + SPAN;

async function freePort(
  { name, port }: Service,
  chosen: ReadonlySet<number>,
  isInUse: PortQuestion['isInUse'],
): Promise<number> {
  for (let candidate = port; candidate < Math.min(port + SPAN, 65_536); candidate++) {
    if (!chosen.has(candidate) && !(await isInUse(candidate))) return candidate;
  }
  throw new ExpectedError(
    `No port from ${port} on is free on this computer for the service ${name}. Write another one into start.services.${name}.port`,
  );
}
