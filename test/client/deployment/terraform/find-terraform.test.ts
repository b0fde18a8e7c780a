// Which Terraform is taken from the PATH, and which is refused.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTerraform } from '../../../../client/src/deployment/terraform/find-terraform';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'mymlops-find-terraform-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function install(name: string, body: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`);
  chmodSync(join(folder, name), 0o755);
}

const version = (text: string): string => `echo '{"terraform_version": "${text}"}'`;
const find = () => findTerraform({ PATH: folder });

test('Terraform comes before OpenTofu', async () => {
  install('terraform', version('1.11.4'));
  install('tofu', version('1.10.0'));
  expect(await find()).toEqual({ path: join(folder, 'terraform'), name: 'terraform', version: '1.11.4' });
});

test('without Terraform, OpenTofu is taken', async () => {
  install('tofu', version('1.9.0'));
  expect(await find()).toMatchObject({ name: 'tofu', version: '1.9.0' });
});

test.each([
  ['is too old', version('1.8.5')],
  ['does not start', 'exit 3'],
])('a Terraform that %s does not hide an OpenTofu that fits', async (_what, body) => {
  install('terraform', body);
  install('tofu', version('1.9.0'));
  expect(await find()).toMatchObject({ name: 'tofu', version: '1.9.0' });
});

test('none of both fits: the error names both', async () => {
  install('terraform', version('1.8.5'));
  install('tofu', version('1.6.0'));
  await expect(find()).rejects.toThrow(/terraform is version 1\.8\.5[^]*tofu is version 1\.6\.0/);
});

test('neither: the error says where both are installed from', async () => {
  await expect(find()).rejects.toMatchObject({
    name: 'ExpectedError',
    message: expect.stringMatching(/not on the PATH.*hashicorp\.com.*opentofu\.org/),
  });
});

test.each([
  ['too old', version('1.8.5'), 'is version 1.8.5; `deploy` needs 1.9 or later'],
  ['too old by its first number', version('0.15.0'), 'is version 0.15.0'],
  ['one that prints nonsense', 'echo hello', 'it does not tell its version'],
  ['one that does not start', 'exit 3', 'cannot be used'],
])('%s: an error with the remedy', async (_what, body, sentence) => {
  install('terraform', body);
  const message = expect.stringContaining(sentence);
  await expect(find()).rejects.toMatchObject({ name: 'ExpectedError', message });
});
