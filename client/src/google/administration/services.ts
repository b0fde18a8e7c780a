// Service Usage: which APIs are enabled in a project, and the accounts that Google's services have there.
import { allPages, callFor, mapAnswer } from './answers';
import type { Calls } from './call';
import type { Answer, Operation, Services } from './port';

/** As Google answers it (https://cloud.google.com/service-usage/docs/reference/rest/v1/operations). */
interface WireOperation {
  name: string;
  done: boolean;
  error: { code: number; message: string };
}

/** The version of the API stands in the address only, and an operation of v1beta1 is read there, too. */
type Version = 'v1' | 'v1beta1';

export function servicesOf(call: Calls, project: string): Services {
  const parent = `projects/${encodeURIComponent(project)}`;
  const versions = new Map<string, Version>();
  const begin = async (path: string, version: Version, body: object): Promise<Answer<Operation>> => {
    const options = { method: 'POST', body, isRepeatable: true } as const;
    const answer = await callFor<WireOperation>(call, 'serviceusage', `/${version}/${path}`, options);
    return mapAnswer(answer, (wire) => {
      const operation = read(wire);
      versions.set(operation.name, version);
      return operation;
    });
  };
  return {
    listEnabled() {
      // https://cloud.google.com/service-usage/docs/reference/rest/v1/services/list: 200 is the most in a page.
      const list = `/v1/${parent}/services?filter=state:ENABLED&pageSize=200`;
      return allPages(call, 'serviceusage', list, (page) =>
        (page as { services?: { name: string }[] }).services?.map(({ name }) => name.slice(name.lastIndexOf('/') + 1)),
      );
    },
    // https://cloud.google.com/service-usage/docs/reference/rest/v1/services/batchEnable
    enable: (names) => begin(`${parent}/services:batchEnable`, 'v1', { serviceIds: names }),
    // https://cloud.google.com/service-usage/docs/reference/rest/v1beta1/services/generateServiceIdentity
    makeAgent: (service) => begin(`${parent}/services/${service}:generateServiceIdentity`, 'v1beta1', {}),
    async poll({ name }) {
      const path = `/${versions.get(name) ?? 'v1'}/${name}`;
      return mapAnswer(await callFor<WireOperation>(call, 'serviceusage', path), read);
    },
  };
}

function read({ name = '', done = false, error }: Partial<WireOperation>): Operation {
  // An operation's error has a code of gRPC (https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto).
  const failure = error && { status: error.code === 7 ? 403 : 400, message: error.message };
  return { name, isDone: done, ...(failure && { failure }) };
}
