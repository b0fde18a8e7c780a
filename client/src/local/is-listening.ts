// Checks whether a program listens at an address on this computer.
import { connect } from 'node:net';
import { hostAndPort } from '@mymlops/protocol';

const PATIENCE_MS = 2_000;

/** `silent`: the connection was neither accepted nor refused within 2 s, as on a computer under load. */
export function listeningState(address: string): Promise<'open' | 'closed' | 'silent'> {
  const { host, port } = hostAndPort(address);
  return new Promise((resolve) => {
    const socket = connect({ host: host.replace(/^\[|\]$/g, ''), port, timeout: PATIENCE_MS });
    const settle = (result: 'open' | 'closed' | 'silent'): void => {
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', () => settle('open'));
    socket.once('timeout', () => settle('silent'));
    socket.once('error', () => settle('closed'));
  });
}
