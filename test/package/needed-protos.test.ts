// The part of the descriptions of Google's messages that the bundles keep.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { protobuf } from 'google-gax';

const ROOT = join(__dirname, '../..');
const COMPUTE = '@google-cloud/compute/build/protos/protos.json';
const OF_COMPUTE = ['AcceleratorTypes', 'Disks', 'Instances', 'MachineTypes', 'ZoneOperations', 'Zones'];
const PROTOS: [string, string[]][] = [
  [COMPUTE, OF_COMPUTE.map((name) => `google.cloud.compute.v1.${name}`)],
  ['@google-cloud/pubsub/build/protos/protos.json', ['google.pubsub.v1.Publisher', 'google.pubsub.v1.Subscriber']],
  ['@google-cloud/firestore/build/protos/v1.json', ['google.firestore.v1.Firestore']],
  ['google-gax/build/protos/iam_service.json', ['google.iam.v1.IAMPolicy']],
];

const fileOf = (protos: string): string => join(ROOT, 'node_modules', protos);
const read = (protos: string) => JSON.parse(readFileSync(fileOf(protos), 'utf8')) as protobuf.INamespace;

/** What the build keeps for these services. */
function onlyServices(protos: string, services: string[]): protobuf.INamespace {
  const script = `import { readFileSync } from 'node:fs';
    import { onlyServices } from './scripts/needed-protos.mjs';
    const protos = JSON.parse(readFileSync(${JSON.stringify(fileOf(protos))}, 'utf8'));
    console.log(JSON.stringify(onlyServices(protos, ${JSON.stringify(services)})))`;
  const args = ['--input-type=module', '-e', script];
  return JSON.parse(
    execFileSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 2 ** 24, stdio: 'pipe' }),
  ) as protobuf.INamespace;
}

/** Throws where a description names a message that is not described. */
function resolved(protos: protobuf.INamespace): protobuf.Root {
  const root = protobuf.Root.fromJSON(protos);
  root.resolveAll();
  return root;
}

/** Messages, enumerations and services that stand in a namespace. */
function describedIn(namespace: protobuf.NamespaceBase): protobuf.ReflectionObject[] {
  return namespace.nestedArray.flatMap((found) =>
    found instanceof protobuf.Namespace && !(found instanceof protobuf.Type) && !(found instanceof protobuf.Service)
      ? describedIn(found)
      : [found],
  );
}

test.each(PROTOS)('of %s every message that a kept one names is kept, and is as before', (protos, services) => {
  const before = resolved(read(protos));
  const after = describedIn(resolved(onlyServices(protos, services)));
  expect(after.map(({ fullName }) => fullName.slice(1))).toEqual(expect.arrayContaining(services));
  expect(after.length).toBeGreaterThan(services.length);
  expect(after.length).toBeLessThan(describedIn(before).length);
  for (const found of after) {
    expect((found as protobuf.Type).toJSON()).toEqual((before.lookup(found.fullName) as protobuf.Type).toJSON());
  }
});

test('a service that the package does not describe fails the build', () => {
  const services = ['google.cloud.compute.v1.Instances', 'google.cloud.compute.v1.Nothings'];
  expect(() => onlyServices(COMPUTE, services)).toThrow(/does not describe a service google.cloud.compute.v1.Nothings/);
});

test('the bundle of the functions has the services of its clients of Compute Engine, and no others', () => {
  const files = Object.entries(unzipSync(readFileSync(join(ROOT, 'functions/dist/functions.zip'))));
  const [[, bytes] = ['', Buffer.of()]] = files.filter(([name]) => /^chunks\/compute-.*\.mjs$/.test(name));
  const text = Buffer.from(bytes).toString('utf8');
  const isThere = (name: string): boolean => text.includes(`${name}:{`);
  expect([...OF_COMPUTE, 'InstancesScopedList'].filter((name) => !isThere(name))).toEqual([]);
  expect(['v1beta', 'BackendBuckets', 'BackendBucketList'].filter(isThere)).toEqual([]);
});
