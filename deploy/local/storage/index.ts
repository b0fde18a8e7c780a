// Cloud Storage's JSON API on loopback: the calls of the client, the functions, the agent and gcloud.
import { createHttpServer, HttpError, withAuth, type Handler } from '../shared/http';
import type { StorageServer } from '../shared/servers';
import { listenOnLoopback, type ServiceOptions } from '../shared/service';
import { callRights, isStorageCall, permissionOf } from './permissions';
import { createStorageRoutes } from './routes';
import { openObjectStore } from './store';
import { createUploads } from './uploads';

const SHOWN_NAMES = 20;

// An unknown parameter that would change the answer must not be ignored.
const EVERYWHERE = ['fields', 'alt', 'prettyPrint', 'key', 'quotaUser', 'userProject', 'projection', 'uploadType'];

/** Starts the service with the data in `options.folder`. */
export async function startStorage(options: ServiceOptions): Promise<StorageServer> {
  const { clock, folder, auth, rights, log } = options;
  const store = openObjectStore(folder, clock, (names) => {
    const shown = names.slice(0, SHOWN_NAMES).join(', ');
    log('ERROR', 'content deleted from outside: these objects are lost', { objects: names.length, shown });
  });
  let address = '';
  const uploads = createUploads(store, clock, () => address);
  const routes = createStorageRoutes({ store, uploads, address: () => address });

  const unsupported = (what: string): HttpError => {
    log('WARNING', 'unsupported call', { service: 'storage', call: what });
    return new HttpError(501, 'notImplemented', `not supported by the local cloud: ${what}`);
  };

  const handle: Handler = async (request, response, url, caller) => {
    // The path as it was sent: a URL object would resolve `..` in an object's name.
    const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
    decoded(query.replaceAll('+', ' ')); // URLSearchParams would replace bytes that are not UTF-8
    const { pattern, bucket, name } = patternOf(path);
    const call = `${request.method} ${pattern}`;
    if (!isStorageCall(call)) throw unsupported(call);
    const route = routes[call];
    const known = new Set([...EVERYWHERE, ...route.parameters]);
    const unknown = [...url.searchParams.keys()].find((parameter) => !known.has(parameter));
    if (unknown !== undefined) throw unsupported(`${call} with ${unknown}`);
    const mayDo = callRights({ rights, log }, caller);
    const permission = permissionOf(call);
    if (permission !== undefined) mayDo.require(permission, bucket);
    await route.run({ request, response, query: url.searchParams, rights: mayDo }, bucket, name);
  };

  const server = createHttpServer(withAuth(auth, log, handle));
  server.requestTimeout = 0; // an upload may take any time
  address = await listenOnLoopback(server, options.port);

  return {
    address,
    ensureBucket(name) {
      if (!store.hasBucket(name)) store.createBucket(name);
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await uploads.close();
      store.close();
    },
  };
}

/** `/storage/v1/b/mine/o/a%2Fb` has the pattern `/storage/v1/b/B/o/O` with bucket `mine` and name `a/b`. */
function patternOf(path: string): { pattern: string; bucket: string; name: string } {
  const [, base = path, bucket, rest, name] =
    /^(?:\/download)?((?:\/upload)?\/storage\/v1\/b)(?:\/([^/]+)(?:(\/iam\/testPermissions|\/o)(?:\/([^/]+))?)?)?$/.exec(
      path,
    ) ?? [];
  const pattern = `${base}${bucket === undefined ? '' : '/B'}${rest ?? ''}${name === undefined ? '' : '/O'}`;
  return { pattern, bucket: decoded(bucket), name: decoded(name) };
}

function decoded(segment = ''): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new HttpError(400, 'invalid', `not UTF-8 in percent-encoding: ${segment}`);
  }
}
