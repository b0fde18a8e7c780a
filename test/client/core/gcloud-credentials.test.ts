// The library that publishes looked for the login only under HOME, while the one that reads runs found it in CLOUDSDK_CONFIG.
import { join } from 'node:path';
import { credentialsSettings } from '../../../client/src/core/gcloud-credentials';
import { useTempFolders, writeFiles } from '../temp-folder';

const tempFolder = useTempFolders();
const NAME = 'application_default_credentials.json';

test('the login in the folder of CLOUDSDK_CONFIG is named for every library', () => {
  const folder = tempFolder();
  writeFiles(folder, { [NAME]: '{}' });
  expect(credentialsSettings({ CLOUDSDK_CONFIG: folder })).toEqual({
    GOOGLE_APPLICATION_CREDENTIALS: join(folder, NAME),
  });
});

test('nothing is named without such a login, or where a variable names another one', () => {
  const folder = tempFolder();
  expect(credentialsSettings({})).toEqual({});
  expect(credentialsSettings({ CLOUDSDK_CONFIG: folder })).toEqual({});
  writeFiles(folder, { [NAME]: '{}' });
  expect(credentialsSettings({ CLOUDSDK_CONFIG: folder, GOOGLE_APPLICATION_CREDENTIALS: '/key.json' })).toEqual({});
});
