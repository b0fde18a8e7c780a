// Which proxy is used for calls to Google. Each of Google's libraries reads the environment by rules of its own, and some
// would send calls to this computer through the proxy. Here one rule is made for all of them.
import type { Environment } from './context';

const LOOPBACK = ['127.0.0.1', 'localhost', '::1'];
const PROXIES = ['http_proxy', 'https_proxy', 'all_proxy', 'grpc_proxy'];
/** Variables for https addresses. The first one that is set counts. */
const FOR_HTTPS = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'];
const GOOGLE = '.googleapis.com';

export interface Proxy {
  /** The variable that names it. */
  variable: string;
  url: URL;
}

/** The proxy for Google's addresses, or the variable whose value is not a usable proxy. */
export type ProxyChoice = Proxy | { variable: string; problem: string } | undefined;

/** Variables that keep calls to this computer off the proxy; none if no proxy is set. In both spellings: libraries differ. */
export function proxyExceptions(env: Environment): Record<string, string> {
  if (!PROXIES.some((name) => env[name] || env[name.toUpperCase()])) return {};
  const merged = (...names: string[]): string => {
    const given = names.flatMap((name) => (env[name] ?? '').split(','));
    return [...new Set([...given, ...LOOPBACK].map((host) => host.trim()))].filter(Boolean).join(',');
  };
  const all = merged('NO_PROXY', 'no_proxy');
  // gRPC prefers it to the others only if it is set.
  const forGrpc = 'no_grpc_proxy';
  return { NO_PROXY: all, no_proxy: all, ...(env[forGrpc] !== undefined && { [forGrpc]: merged(forGrpc) }) };
}

/** Environment variables for Google's libraries; undefined means that the variable must be removed. */
export function proxySettings(env: Environment): Record<string, string | undefined> {
  if (!PROXIES.some((name) => env[name] || env[name.toUpperCase()])) return {};
  const choice = proxyForGoogle(env);
  const url = choice && 'url' in choice ? choice.url.href : undefined;
  return { ...proxyExceptions(env), ...Object.fromEntries(FOR_HTTPS.map((name) => [name, url])) };
}

export function proxyForGoogle(env: Environment): ProxyChoice {
  const variable = FOR_HTTPS.find((name) => env[name]);
  if (variable === undefined || isExcepted(env)) return undefined;
  const value = env[variable]?.trim() ?? '';
  const text = value.includes('://') ? value : `http://${value}`;
  if (!URL.canParse(text)) return { variable, problem: 'is not the address of a proxy' };
  const url = new URL(text);
  if (!canDecode(url.username) || !canDecode(url.password)) {
    return { variable, problem: 'has a user name or password that cannot be decoded: write % as %25' };
  }
  // gRPC supports no other kind, and would bypass the proxy.
  return url.protocol === 'http:'
    ? { variable, url }
    : { variable, problem: `begins with ${url.protocol}//, but only http:// proxies are supported` };
}

function canDecode(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function isExcepted(env: Environment): boolean {
  const hosts = `${env['NO_PROXY'] ?? ''},${env['no_proxy'] ?? ''}`.split(',').map((host) => host.trim());
  return hosts.some((host) => host === '*' || (host !== '' && GOOGLE.endsWith(suffixOf(host))));
}

/** `*.example.com`, `.example.com` and `example.com:443` all mean the names below example.com. */
const suffixOf = (host: string): string => `.${host.replace(/^\*?\./, '').replace(/:\d+$/, '')}`;
