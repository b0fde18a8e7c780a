import { findProjectConfig } from '../../../client/src/config/project-config';
import { stateFolder } from '../../../client/src/local/state-folder';
import { useTempFolders, writeFiles } from '../temp-folder';

const tempFolder = useTempFolders();

test('a relative MYMLOPS_HOME was another folder in every folder; empty is unset', () => {
  expect(() => stateFolder({ MYMLOPS_HOME: 'state' })).toThrow(
    /MYMLOPS_HOME is state, but it must be an absolute path/,
  );
  expect(() => stateFolder({ MYMLOPS_HOME: '~/state' })).toThrow('absolute');
  expect(stateFolder({ MYMLOPS_HOME: '', HOME: '/home/me' }, 'linux')).toBe('/home/me/.local/state/mymlops');
  expect(stateFolder({ MYMLOPS_HOME: '/x/../state/' })).toBe('/state');
});

test('a relative XDG_STATE_HOME was another folder in every folder', () => {
  const HOME = '/home/me';
  expect(stateFolder({ HOME, XDG_STATE_HOME: 'state' }, 'linux')).toBe('/home/me/.local/state/mymlops');
  expect(stateFolder({ HOME, XDG_STATE_HOME: '/state' }, 'linux')).toBe('/state/mymlops');
});

test.each([
  ['set', { MYMLOPS_HOME: '/state/' }],
  ['empty', { MYMLOPS_HOME: '' }],
  ['not set', {}],
])('$MYMLOPS_HOME in the file is the state folder where the variable is %s, whatever .env says', (_name, variables) => {
  const folder = tempFolder();
  writeFiles(folder, {
    '.env': 'MYMLOPS_HOME=/elsewhere\n',
    'mymlops.yml': 'commit:\n  command: x\n  output_repository:\n    url: $MYMLOPS_HOME/out.git\n',
  });
  const env = { HOME: '/home/me', ...variables };
  const url = findProjectConfig(folder, env)?.config.commit?.output_repository?.url;
  expect(url).toBe(`${stateFolder(env)}/out.git`);
});
