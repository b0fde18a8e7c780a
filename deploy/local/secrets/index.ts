// Secret Manager's REST API on loopback: the calls of the client and the agent.
import { createHttpServer, HttpError, readJson, sendJson, withAuth, type Handler } from '../shared/http';
import { listenOnLoopback, type Service, type ServiceOptions } from '../shared/service';
import { isSecretCall, requirePermission, type SecretPath } from './permissions';
import { createSecretRoutes } from './routes';
import { openSecretStore } from './store';

/** A value of 64 KiB, as base64, with room for one that is too large: its refusal names the limit. */
const BODY_LIMIT_BYTES = 1 << 20;
const EVERYWHERE = ['alt', 'prettyPrint', 'key', 'quotaUser', '$alt'];

/** Starts the service with the data in `options.folder`. */
export async function startSecrets(options: ServiceOptions): Promise<Service> {
  const { clock, folder, auth, rights, log } = options;
  const store = openSecretStore(folder);
  const routes = createSecretRoutes(store, clock);

  const unsupported = (what: string): HttpError => {
    log('WARNING', 'unsupported call', { service: 'secrets', call: what });
    return new HttpError(501, 'notImplemented', `not supported by the local cloud: ${what}`, 'UNIMPLEMENTED');
  };

  const handle: Handler = async (request, response, url, caller) => {
    const { pattern, path } = readPath(url.pathname);
    const call = `${request.method} ${pattern}`;
    if (!isSecretCall(call)) throw unsupported(call);
    const { parameters, run } = routes[call];
    const unknown = [...url.searchParams.keys()].find((name) => ![...EVERYWHERE, ...parameters].includes(name));
    if (unknown !== undefined) throw unsupported(`${call} with ${unknown}`);
    requirePermission({ rights, log }, caller, call, path);
    const body = await readJson(request, BODY_LIMIT_BYTES);
    sendJson(response, 200, run({ ...path, query: url.searchParams, body }));
  };

  const server = createHttpServer(withAuth(auth, log, handle));
  const address = await listenOnLoopback(server, options.port);
  return {
    address,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      store.close();
    },
  };
}

/** `/v1/projects/p/secrets/s:addVersion` has the pattern `/v1/projects/P/secrets/S:addVersion`. */
function readPath(path: string): { pattern: string; path: SecretPath } {
  const [, project, secret, version, verb = ''] =
    /^\/v1\/projects\/([^/]+)\/secrets(?:\/([\w-]+)(?:\/versions\/(\w+))?)?(:[a-zA-Z]+)?$/.exec(path) ?? [];
  if (project === undefined) return { pattern: path, path: { project: '', secret: '', version: '' } };
  const below = `${secret === undefined ? '' : '/S'}${version === undefined ? '' : '/versions/V'}`;
  return {
    pattern: `/v1/projects/P/secrets${below}${verb}`,
    path: { project, secret: secret ?? '', version: version ?? '' },
  };
}
