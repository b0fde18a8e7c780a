// A way to the stand-in on which answers get lost: each call is done, and its caller may not learn of it.
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostAndPort } from '@mymlops/protocol';

/** For a call that the stand-in has answered: the connection breaks, or Google's front end says 503. */
export type Loss = 'broken' | '503' | undefined;

export async function lossyWay(to: string, lossOf: (call: string) => Loss) {
  const calls: string[] = [];
  const server = createServer((from, response) => {
    const { host, port } = hostAndPort(to);
    const headers = { ...from.headers, host: to };
    const onward = request({ host, port, path: from.url, method: from.method, headers, agent: false }, (answer) => {
      const call = `${from.method} ${from.url?.replace(/^\/compute\/v1\/projects\/local/, '').replace(/\?.*/, '')}`;
      calls.push(call);
      const loss = lossOf(call);
      if (loss === undefined) {
        response.writeHead(answer.statusCode ?? 0, answer.headers);
        return void answer.pipe(response);
      }
      answer.resume();
      if (loss === 'broken') return void from.socket.destroy();
      const error = { code: 503, message: 'try again', errors: [{ reason: 'backendError', message: 'try again' }] };
      return void response.writeHead(503, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
    });
    from.pipe(onward);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
