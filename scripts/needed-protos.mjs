// Google's packages describe each message of each version of an API, and their clients read all of it at their start. The bundle
// keeps what those clients can send or receive that we load.
import { readFile } from 'node:fs/promises';

/** Loads the clients of Compute Engine: one export a service. */
const COMPUTE = new URL('../functions/src/google/libraries/compute.ts', import.meta.url);

/** Descriptions by the end of their path, and the services that are needed of each. */
const SERVICES = {
  '@google-cloud/compute/build/protos/protos.json': computeServices,
  '@google-cloud/pubsub/build/protos/protos.json': () => ['google.pubsub.v1.Publisher', 'google.pubsub.v1.Subscriber'],
  '@google-cloud/firestore/build/protos/v1.json': () => ['google.firestore.v1.Firestore'],
  'google-gax/build/protos/iam_service.json': () => ['google.iam.v1.IAMPolicy'],
};

export const neededProtos = {
  name: 'needed-protos',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]build[\\/]protos[\\/]\w+\.json$/ }, async ({ path }) => {
      const [, servicesOf] = Object.entries(SERVICES).find(([end]) => path.replaceAll('\\', '/').endsWith(end)) ?? [];
      if (!servicesOf) return undefined;
      const protos = onlyServices(JSON.parse(await readFile(path, 'utf8')), await servicesOf());
      return { contents: JSON.stringify(protos), loader: 'json' };
    });
  },
};

async function computeServices() {
  const names = (await readFile(COMPUTE, 'utf8')).matchAll(/\{ (\w+)Client \} from '@google-cloud\/compute\//g);
  return [...names].map(([, name]) => `google.cloud.compute.v1.${name}`);
}

/** The descriptions of these services, and of all messages that they need. Throws where a service is not described. */
export function onlyServices(protos, services) {
  const all = described(protos);
  const kept = new Set();
  const add = (name) => {
    if (kept.has(name)) return;
    kept.add(name);
    const { description, scope } = all.get(name);
    for (const type of typesIn(description)) {
      const found = resolve(type, scope, all);
      if (found !== undefined) add(found);
    }
  };
  for (const service of services) {
    if (!all.get(service)?.description.methods)
      throw new Error(`Google's package does not describe a service ${service}`);
    add(service);
  }
  return only(kept, protos, '');
}

const isNamespace = ({ nested, fields, methods, values }) => nested && !fields && !methods && !values;

/** The messages and services of a namespace, by their full names. */
function described(namespace, scope = '', all = new Map()) {
  for (const [name, description] of Object.entries(namespace.nested)) {
    const full = nameIn(scope, name);
    if (isNamespace(description)) described(description, full, all);
    else all.set(full, { description, scope });
  }
  return all;
}

const nameIn = (scope, name) => (scope === '' ? name : `${scope}.${name}`);

/** All that a message or service may refer to; the name of a message inside of it, too, which does no harm. */
function typesIn({ fields = {}, methods = {}, nested = {} }) {
  return [
    ...Object.values(fields).map(({ type }) => type),
    ...Object.values(methods).flatMap(({ requestType, responseType }) => [requestType, responseType]),
    ...Object.values(nested).flatMap(typesIn),
  ];
}

/** As protobuf does, from the inside out; a message inside of another one is described by that. Undefined for a plain type. */
function resolve(type, scope, all) {
  for (let outer = scope; ; outer = outer.slice(0, Math.max(0, outer.lastIndexOf('.')))) {
    for (
      let name = nameIn(outer, type.replace(/^\./, ''));
      name !== '';
      name = name.slice(0, Math.max(0, name.lastIndexOf('.')))
    ) {
      if (all.has(name)) return name;
    }
    if (outer === '') return undefined;
  }
}

function only(kept, namespace, scope) {
  const nested = {};
  for (const [name, description] of Object.entries(namespace.nested)) {
    const full = nameIn(scope, name);
    const found = isNamespace(description) ? only(kept, description, full) : kept.has(full) && description;
    if (found) nested[name] = found;
  }
  return Object.keys(nested).length > 0 || scope === '' ? { ...namespace, nested } : undefined;
}
