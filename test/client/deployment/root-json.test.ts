// The root for Terraform that is made of the choices.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { VERSION } from '@mymlops/protocol';
import type { Choices } from '../../../client/src/deployment/choices';
import { rootJson } from '../../../client/src/deployment/root-json';
import { PROVIDER_VERSION, TERRAFORM_VERSION } from '../../../client/src/deployment/terraform-versions';

const CHOICES: Choices = {
  ...({ v: 1, project: 'my-project', region: 'europe-west4', deployment: 'mymlops' } as const),
  ...{ bucketSuffix: 'bcdfghjk', version: VERSION, variables: { users: ['user:${file("/etc/passwd")}%{x}@b.c'] } },
};

test('versions of Terraform and of the provider are those of the module', () => {
  const text = readFileSync(join(__dirname, '../../../deploy/gcp/modules/mymlops/versions.tf'), 'utf8');
  expect(/required_version = "(.+)"/.exec(text)?.[1]).toBe(TERRAFORM_VERSION);
  expect(/^ +version = "(.+)"/m.exec(text)?.[1]).toBe(PROVIDER_VERSION);
});

test('a value that looks like an expression stays text', () => {
  const root = rootJson(CHOICES) as { module: { mymlops: { users: string[]; functions_zip: string } } };
  expect(root.module.mymlops.users).toEqual(['user:$${file("/etc/passwd")}%%{x}@b.c']);
  expect(root.module.mymlops.functions_zip).toBe('${path.module}/mymlops/functions.zip');
});

test('the state is in the bucket, if there is one', () => {
  expect(rootJson(CHOICES, { stateBucket: 'bucket' })).toMatchObject({
    terraform: { backend: { gcs: { bucket: 'bucket', prefix: 'terraform' } } },
  });
  expect(rootJson(CHOICES)).not.toHaveProperty('terraform.backend');
});

test('what is there already is taken in', () => {
  const imports = ['module.mymlops.google_pubsub_topic.topic["requests"]=projects/p/topics/a=b'];
  expect(rootJson(CHOICES, { imports })).toMatchObject({
    import: [{ to: 'module.mymlops.google_pubsub_topic.topic["requests"]', id: 'projects/p/topics/a=b' }],
  });
  expect(rootJson(CHOICES)).not.toHaveProperty('import');
});

test('--import takes the address of one that is counted', () => {
  const imports = ['module.mymlops.google_compute_network.network[0]=projects/p/global/networks/n'];
  expect(rootJson(CHOICES, { imports })).toMatchObject({
    import: [{ to: 'module.mymlops.google_compute_network.network[0]' }],
  });
});

test.each(['google_storage_bucket.x', '=id', 'a b=id', 'module.m="id"'])('--import %s is refused', (text) => {
  expect(() => rootJson(CHOICES, { imports: [text] })).toThrow('write ADDRESS=ID');
});
