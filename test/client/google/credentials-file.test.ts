// Files of credentials that Google's libraries would stumble over.
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { requireReadableCredentials } from '../../../client/src/google/credentials-file';
import { asNobody } from '../as-nobody';
import { useTempFolders, writeFiles } from '../temp-folder';

const tempFolder = useTempFolders();
const GOOD = '{"type":"authorized_user"}';
const USUAL = '.config/gcloud/application_default_credentials.json';

test('one that is fine, and none at all, which a VM on Google does not need', () => {
  const folder = tempFolder();
  writeFiles(folder, { 'key.json': GOOD, [`home/${USUAL}`]: GOOD });
  const named = { GOOGLE_APPLICATION_CREDENTIALS: join(folder, 'key.json') };
  for (const env of [named, { HOME: join(folder, 'home') }, { HOME: join(folder, 'none') }, {}]) {
    expect(requireReadableCredentials(env)).toBeUndefined();
  }
});

test.each([
  ['none.json', 'does not exist'],
  ['key.json/below', 'does not exist'],
  ['folder', 'is a folder'],
  ['empty.json', 'does not contain credentials for Google Cloud'],
  ['text.json', 'does not contain credentials for Google Cloud'],
  ['null.json', 'does not contain credentials for Google Cloud'],
  ['other.json', 'does not contain credentials for Google Cloud'],
])('GOOGLE_APPLICATION_CREDENTIALS=%s', (name, problem) => {
  const folder = tempFolder();
  mkdirSync(join(folder, 'folder'));
  writeFiles(folder, {
    'key.json': GOOD,
    'empty.json': '',
    'text.json': 'key',
    'null.json': 'null',
    'other.json': '{"a":1}',
  });
  const file = join(folder, name);
  expect(() => requireReadableCredentials({ GOOGLE_APPLICATION_CREDENTIALS: file, HOME: folder })).toThrow(
    new RegExp(
      `^GOOGLE_APPLICATION_CREDENTIALS is ${file}, which ${problem.replace(/[()]/g, '.')}.* run: unset GOOGLE_APPLICATION_CREDENTIALS$`,
    ),
  );
});

test("gcloud's own file that was cut off", () => {
  const HOME = tempFolder();
  writeFiles(HOME, { [USUAL]: '{"type": "auth' });
  expect(() => requireReadableCredentials({ HOME })).toThrow(
    /\.json does not contain credentials .* run: gcloud auth application-default login$/,
  );
});

test('it is looked for in the folder of CLOUDSDK_CONFIG, to which gcloud writes', () => {
  const folder = tempFolder();
  writeFiles(folder, { 'application_default_credentials.json': '{"type": "auth' });
  expect(() => requireReadableCredentials({ HOME: tempFolder(), CLOUDSDK_CONFIG: folder })).toThrow(folder);
});

test('one that may not be read', () => {
  const folder = tempFolder();
  const file = join(folder, 'key.json');
  writeFiles(folder, { 'key.json': GOOD });
  chmodSync(file, 0);
  asNobody(() => {
    expect(() => requireReadableCredentials({ GOOGLE_APPLICATION_CREDENTIALS: file })).toThrow(
      'cannot be read (EACCES)',
    );
  });
});
