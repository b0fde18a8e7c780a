// A stand-in for Google's administration of a project, over HTTP on this computer: as strict as Google where `deploy` calls it.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { iamCredentials, oauth2 } from './accounts';
import { buckets } from './buckets';
import { disks } from './disks';
import { onlyFields } from './fields';
import { letIn, type Tokens } from './gate';
import { history } from './history';
import { images } from './images';
import { objects } from './objects';
import { billing, compute, firestore, policies, resourceManager } from './project';
import { notThere, Refused } from './refusals';
import { answerOf, type Route } from './route';
import { secrets } from './secrets';
import { serviceUsage } from './services';
import { stateOf, type GoogleOptions, type GoogleState } from './state';
import { topics } from './topics';
import { vms } from './vms';

export type { FakeBucket, FakeQuota, GoogleOptions, GoogleState } from './state';

const SERVICES = [
  'cloudbilling',
  'cloudresourcemanager',
  'compute',
  'firestore',
  'iamcredentials',
  'oauth2',
  'orgpolicy',
  'pubsub',
  'secretmanager',
  'serviceusage',
  'storage',
] as const;
type Service = (typeof SERVICES)[number];

export interface FakeAdministration {
  /** Address of each service. */
  hosts: Record<Service, string>;
  /** Of the person who calls. */
  token: string;
  state: GoogleState;
  /** The next call whose line in `state.calls` contains `part` is refused so, and has no effect. Several wait in their order. */
  failNext(part: string, status: number, body?: object | string): void;
  /** The next such call takes effect, but the caller learns only that the service was not available. */
  loseNext(part: string): void;
  close(): Promise<void>;
}

const UNAVAILABLE = { error: { code: 503, message: 'The service is currently unavailable.', status: 'UNAVAILABLE' } };

interface Fault {
  part: string;
  refused: Refused;
  isLate: boolean;
}

export async function startGoogleAdministration(options: GoogleOptions = {}): Promise<FakeAdministration> {
  const state = stateOf(options);
  const tokens: Tokens = { person: `person-${randomUUID()}`, accounts: new Map() };
  const routes = routesWith(tokens);
  const faults: Fault[] = [];

  const answer = async (request: IncomingMessage): Promise<object | string> => {
    const body = await text(request);
    const { method = '', headers } = request;
    const [, service = '', rest = ''] = /^\/([^/]+)(\/.*)$/.exec(request.url ?? '') ?? [];
    const line = `${method} ${service} ${rest}`;
    state.calls.push(line);
    const fault = takeFault(faults, line);
    if (fault?.isLate === false) throw fault.refused;
    const [path = '', query = ''] = rest.split('?', 2);
    const known = routes[service as Service];
    if (!known) throw notThere(path);
    const caller = letIn(state, tokens, service, headers);
    const contentType = headers['content-type'] ?? '';
    const call = { service, method, path, query: new URLSearchParams(query), body, contentType, caller, google: state };
    const answered = answerOf(known, call);
    if (fault) throw fault.refused;
    return typeof answered === 'string' ? answered : onlyFields(answered, call.query.get('fields'));
  };

  const server = createServer((request, response) => {
    answer(request).then(
      (answered) => send(response, 200, answered),
      (error: unknown) => {
        if (error instanceof Refused) send(response, error.status, error.body);
        else send(response, 500, `The stand-in failed: ${String(error)}`);
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    hosts: Object.fromEntries(SERVICES.map((service) => [service, `http://127.0.0.1:${port}/${service}`])) as Record<
      Service,
      string
    >,
    ...{ token: tokens.person, state },
    failNext: (part, status, body = '') =>
      void faults.push({ part, refused: new Refused(status, body), isLate: false }),
    loseNext: (part) => void faults.push({ part, refused: new Refused(503, UNAVAILABLE), isLate: true }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const routesWith = (tokens: Tokens): Record<Service, readonly Route[]> => ({
  cloudbilling: billing,
  cloudresourcemanager: resourceManager,
  compute: [...compute, ...vms, ...disks, ...images],
  firestore: [...firestore, ...history],
  iamcredentials: iamCredentials(tokens),
  oauth2: oauth2(tokens),
  orgpolicy: policies,
  pubsub: topics,
  secretmanager: secrets,
  serviceusage: serviceUsage,
  storage: [...buckets, ...objects],
});

function takeFault(faults: Fault[], line: string): Fault | undefined {
  const at = faults.findIndex(({ part }) => line.includes(part));
  return at < 0 ? undefined : faults.splice(at, 1)[0];
}

function send(
  response: { writeHead(status: number, headers: Record<string, string>): { end(text: string): unknown } },
  status: number,
  body: object | string,
): void {
  const isText = typeof body === 'string';
  const type = isText && status >= 400 ? 'text/html; charset=UTF-8' : 'application/json; charset=UTF-8';
  response.writeHead(status, { 'content-type': type }).end(isText ? body : JSON.stringify(body));
}
