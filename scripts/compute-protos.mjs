// Compute Engine's package describes each message of each version of the API, in one file of 4 MB that all of its clients read at
// their start. The bundle keeps what the clients can send or receive that we load: a tenth.
import { readFile } from 'node:fs/promises';

/** Loads the clients: one export a service. */
const LOADER = new URL('../functions/src/google/libraries/compute.ts', import.meta.url);

export const computeProtos = {
  name: 'compute-protos',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]@google-cloud[\\/]compute[\\/]build[\\/]protos[\\/]protos\.json$/ }, async ({ path }) => {
      const loader = await readFile(LOADER, 'utf8');
      const services = [...loader.matchAll(/\{ (\w+)Client \} from '@google-cloud\/compute\//g)].map(
        ([, name]) => name,
      );
      const protos = onlyServices(JSON.parse(await readFile(path, 'utf8')), services);
      return { contents: JSON.stringify(protos), loader: 'json' };
    });
  },
};

/**
 * The descriptions without other versions of Compute Engine's API than v1, and of that only these services and the messages
 * that they need. Other namespaces, such as google.rpc, stay whole. Throws where a service is not described.
 */
export function onlyServices(protos, services) {
  const { google } = protos.nested;
  const { cloud } = google.nested;
  const { v1 } = cloud.nested.compute.nested;
  const kept = needed(v1.nested, services);
  const nested = Object.fromEntries(Object.entries(v1.nested).filter(([name]) => kept.has(name)));
  const compute = { ...cloud.nested.compute, nested: { v1: { ...v1, nested } } };
  const newCloud = { ...cloud, nested: { ...cloud.nested, compute } };
  return {
    ...protos,
    nested: { ...protos.nested, google: { ...google, nested: { ...google.nested, cloud: newCloud } } },
  };
}

/** The names that `services` lead to. */
function needed(all, services) {
  const kept = new Set();
  const add = (name) => {
    if (kept.has(name)) return;
    kept.add(name);
    for (const type of typesIn(all[name])) if (Object.hasOwn(all, type)) add(type);
  };
  for (const service of services) {
    if (!all[service]?.methods) throw new Error(`@google-cloud/compute does not describe a service ${service}`);
    add(service);
  }
  return kept;
}

/** All that a message or service may refer to; the name of a message inside of it, too, which does no harm. */
function typesIn({ fields = {}, methods = {}, nested = {} }) {
  return [
    ...Object.values(fields).map(({ type }) => type),
    ...Object.values(methods).flatMap(({ requestType, responseType }) => [requestType, responseType]),
    ...Object.values(nested).flatMap(typesIn),
  ].map((type) => type.split('.').find((word) => word !== ''));
}
