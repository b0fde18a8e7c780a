// A proxy of the environment is for the way out. Google's libraries would also send it what is meant for this machine.
import type { Environment } from './context';

const LOOPBACK = ['127.0.0.1', 'localhost', '::1'];
const PROXIES = ['http_proxy', 'https_proxy', 'all_proxy', 'grpc_proxy'];

/** Variables that keep calls to this machine off the proxy; none where no proxy is set. Both spellings: libraries differ. */
export function proxyExceptions(env: Environment): Record<string, string> {
  if (!PROXIES.some((name) => env[name] || env[name.toUpperCase()])) return {};
  const merged = (...names: string[]): string => {
    const given = names.flatMap((name) => (env[name] ?? '').split(','));
    return [...new Set([...given, ...LOOPBACK].map((host) => host.trim()))].filter(Boolean).join(',');
  };
  const all = merged('NO_PROXY', 'no_proxy');
  // Only where it is set does gRPC prefer it.
  const forGrpc = 'no_grpc_proxy';
  return { NO_PROXY: all, no_proxy: all, ...(env[forGrpc] !== undefined && { [forGrpc]: merged(forGrpc) }) };
}
