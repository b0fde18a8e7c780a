// Which versions understand each other.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clientInstallLine, compareVersions, isPartner, oldestPartner, VERSION } from '@mymlops/protocol';

test.each([
  ['0.2.0', '0.2.0', true],
  ['0.2.0', '0.2.9', true],
  ['0.2.0', '0.1.9', true],
  ['0.2.0', '0.3.0', true],
  ['0.2.0', '0.4.0', false],
  ['0.3.0', '0.1.0', false],
  ['0.9.0', '0.10.0', true],
  ['1.0.0', '0.9.0', false],
  ['2.1.0', '1.1.0', false],
  ['0.2.0-rc.1', '0.3.0', true],
  ['0.2.0+local', '0.2.0', true],
  ['0.2', '0.2.0', false],
  ['', '', false],
  ['latest', '0.2.0', false],
  ['0.2.0 ; rm', '0.2.0', false],
])('%j and %j are partners: %s, both ways', (a, b, arePartners) => {
  expect([isPartner(a, b), isPartner(b, a)]).toEqual([arePartners, arePartners]);
});

test.each([
  ['0.2.0', '0.2.0', 0],
  ['0.2.1', '0.2.0', 1],
  ['0.10.0', '0.9.9', 1],
  ['0.9.9', '1.0.0', -1],
  ['0.2.0-rc.1', '0.2.0', 0],
  ['none', '0.0.1', -1],
  ['0.0.1', 'none', 1],
  ['none', 'other', 0],
])('%j against %j: %d', (a, b, sign) => {
  expect(Math.sign(compareVersions(a, b))).toBe(sign);
});

test.each([
  ['0.2.3', '0.1.0', 'npm install mymlops-client@0.2'],
  ['0.0.4', '0.0.0', 'npm install mymlops-client@0.0'],
  ['2.0.1', '2.0.0', 'npm install mymlops-client@2.0'],
])('%s: its oldest partner is %s, its client is installed by %j', (version, oldest, line) => {
  expect(oldestPartner(version)).toBe(oldest);
  expect(isPartner(version, oldest)).toBe(true);
  expect(clientInstallLine(version)).toBe(line);
});

test('of what is not a version the newest client is installed', () => {
  expect(clientInstallLine('?')).toBe('npm install mymlops-client@latest');
});

test.each(['.', 'protocol', 'protocol/google', 'functions', 'client', 'deploy/local'])(
  'the package in %s has the version that the parts tell each other',
  (folder) => {
    const text = readFileSync(join(__dirname, '../..', folder, 'package.json'), 'utf8');
    expect((JSON.parse(text) as { version: string }).version).toBe(VERSION);
  },
);
