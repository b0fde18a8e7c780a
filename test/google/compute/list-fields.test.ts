// The lists of VMs and disks ask for no more than is read: metadata, which holds our scripts, stays where it is.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { askedFields, onlyFields } from '../../../deploy/local/shared/field-mask';
import { openCompute } from '../../../functions/src/google/compute';
import { DISK_FIELDS, VM_FIELDS } from '../../../functions/src/google/compute/list-fields';
import { NAMES } from '../stand-ins';

const nowhere = '127.0.0.1:1';
const ENDPOINTS = { v: 1 as const, pid: 1, deployment: 'mymlops', token: 't'.repeat(32), pubsub: nowhere };

const SCOPES = {
  instances: {
    id: '7',
    name: 'vm',
    zone: 'https://c/zones/z',
    status: 'RUNNING',
    labels: { a: 'b' },
    scheduling: { maxRunDuration: { seconds: '60' }, instanceTerminationAction: 'DELETE', preemptible: true },
    metadata: { items: [{ key: 'startup-script', value: 'x'.repeat(1000) }] },
  },
  disks: { id: '8', name: 'vm', zone: 'https://c/zones/z', labels: { a: 'b' }, users: ['u'], licenses: ['l'] },
};

/** One page a kind; `answered` hears what went over the wire. */
async function serve(scoped: (kind: 'instances' | 'disks') => object, answered: (text: string) => void) {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://h');
    response.setHeader('content-type', 'application/json');
    if (url.pathname.endsWith('/zones')) return response.end(JSON.stringify({ items: [{ name: 'z', status: 'UP' }] }));
    const kind = url.pathname.endsWith('/disks') ? 'disks' : 'instances';
    const page = { kind: 'page', items: { 'zones/z': scoped(kind) } };
    const text = JSON.stringify(onlyFields(page, askedFields(request.headers, url)));
    answered(text);
    return response.end(text);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const compute = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const cloud = openCompute(NAMES, () => ({ ...ENDPOINTS, compute, firestore: nowhere, storage: nowhere }));
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { cloud, close };
}

test('everything that is read arrives, and nothing else', async () => {
  const answers: string[] = [];
  const { cloud, close } = await serve(
    (kind) => ({ [kind]: [SCOPES[kind]] }),
    (text) => answers.push(text),
  );
  try {
    expect(await cloud.list()).toEqual({
      vms: [
        {
          ...{ id: '7', name: 'vm', zone: 'z', status: 'RUNNING', labels: { a: 'b' } },
          ...{ maxRunDurationSeconds: 60, terminationAction: 'DELETE' },
        },
      ],
      disks: [{ id: '8', name: 'vm', zone: 'z', labels: { a: 'b' }, inUse: true }],
      gaps: [],
    });
    expect(answers).toHaveLength(2);
    expect(answers.join()).not.toMatch(/metadata|licenses|preemptible|"kind"/);
  } finally {
    close();
  }
});

test('a zone that was not listed is still told from an empty one', async () => {
  const warning = { code: 'UNREACHABLE', message: 'the zone did not answer' };
  const { cloud, close } = await serve(
    () => ({ warning }),
    () => undefined,
  );
  try {
    const cause = (kind: string): string => `${kind} of zones/z were not listed: UNREACHABLE the zone did not answer`;
    const gaps = ['VMs', 'disks'].map((kind) => ({ zone: 'z', cause: cause(kind) }));
    expect(await cloud.list()).toEqual({ vms: [], disks: [], gaps });
  } finally {
    close();
  }
});

// Google refuses a whole call for one field that it does not know.
test.each([
  ['InstanceAggregatedList', VM_FIELDS],
  ['DiskAggregatedList', DISK_FIELDS],
])("every field asked for is one of Google's %s", (message, fields) => {
  const mask = askedFields({ 'x-goog-fieldmask': fields }, new URL('http://h/')) ?? {};
  expect(Object.keys(mask)).toContain('nextPageToken');
  expect(unknownIn(message, mask)).toEqual([]);
  expect(unknownIn(message, { items: { '*': { nothing: undefined } } })).not.toEqual([]);
});

interface Mask {
  [field: string]: Mask | undefined;
}

interface Message {
  fields: Record<string, { type: string; keyType?: string }>;
}

function unknownIn(message: string, mask: Mask): string[] {
  const { fields } = messages()[message] ?? { fields: {} };
  return Object.entries(mask).flatMap(([name, inner]) => {
    const field = fields[name];
    if (!field) return [`${message}.${name}`];
    const below = field.keyType === undefined ? inner : inner?.['*'];
    return below ? unknownIn(field.type.split('.').at(-1) ?? '', below) : [];
  });
}

/** The library's own description of the API. */
function messages(): Record<string, Message> {
  const file = require.resolve('@google-cloud/compute/build/protos/protos.json');
  const text = readFileSync(file, 'utf8');
  return JSON.parse(text).nested.google.nested.cloud.nested.compute.nested.v1.nested;
}
