// What the functions' bundle keeps of the descriptions of Compute Engine's messages.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { protobuf } from 'google-gax';

const ROOT = join(__dirname, '../..');
const PROTOS = join(ROOT, 'node_modules/@google-cloud/compute/build/protos/protos.json');
const PACKAGE = 'google.cloud.compute.v1';
const SERVICES = ['AcceleratorTypes', 'Disks', 'Instances', 'MachineTypes', 'ZoneOperations', 'Zones'];

/** What the build keeps for these services. */
function onlyServices(services: string[]): protobuf.INamespace {
  const script = `import { readFileSync } from 'node:fs';
    import { onlyServices } from './scripts/compute-protos.mjs';
    const protos = JSON.parse(readFileSync(${JSON.stringify(PROTOS)}, 'utf8'));
    console.log(JSON.stringify(onlyServices(protos, ${JSON.stringify(services)})))`;
  const args = ['--input-type=module', '-e', script];
  return JSON.parse(
    execFileSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 2 ** 24, stdio: 'pipe' }),
  ) as protobuf.INamespace;
}

const all = JSON.parse(readFileSync(PROTOS, 'utf8')) as protobuf.INamespace;
const kept = onlyServices(SERVICES);

/** Throws where a description names a message that is not described. */
function readAll(protos: protobuf.INamespace): protobuf.Root {
  const root = protobuf.Root.fromJSON(protos);
  root.resolveAll();
  return root;
}

test('every message that a kept one names is kept, and is as before', () => {
  const before = readAll(all).lookup(PACKAGE) as protobuf.Namespace;
  const after = readAll(kept).lookup(PACKAGE) as protobuf.Namespace;
  expect(after.nestedArray.length).toBeGreaterThan(SERVICES.length);
  for (const found of after.nestedArray) expect(found.toJSON()).toEqual(before.get(found.name)?.toJSON());
});

test('each service has all of its methods', () => {
  const [before, after] = [all, kept].map(readAll);
  for (const service of SERVICES) {
    const name = `${PACKAGE}.${service}`;
    const methods = after?.lookupService(name).methodsArray.map((method) => method.name);
    expect(methods).toEqual(before?.lookupService(name).methodsArray.map((method) => method.name));
  }
});

test('a service that the package does not describe fails the build', () => {
  expect(() => onlyServices(['Instances', 'Nothings'])).toThrow(/does not describe a service Nothings/);
});

test('the bundle has nothing of the other services', () => {
  const files = Object.entries(unzipSync(readFileSync(join(ROOT, 'functions/dist/functions.zip'))));
  const [[, bytes] = ['', Buffer.of()]] = files.filter(([name]) => /^chunks\/compute-.*\.mjs$/.test(name));
  const text = Buffer.from(bytes).toString('utf8');
  const isThere = (name: string): boolean => text.includes(`${name}:{`);
  expect([...SERVICES, 'InstancesScopedList'].filter((name) => !isThere(name))).toEqual([]);
  expect(['v1beta', 'BackendBuckets', 'BackendBucketList'].filter(isThere)).toEqual([]);
});
