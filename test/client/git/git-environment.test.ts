import { gitEnvironment } from '../../../client/src/git/git-environment';

test.each([
  'GIT_CONFIG_COUNT',
  'GIT_CONFIG_KEY_0',
  'GIT_CONFIG_VALUE_0',
  'GIT_CONFIG_PARAMETERS',
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_SYSTEM',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_SSH',
  'GIT_SSH_COMMAND',
  'GIT_SSH_VARIANT',
  'GIT_ASKPASS',
  'GIT_PROXY_COMMAND',
  'GIT_SSL_CAINFO',
  'GIT_SSL_NO_VERIFY',
  'GIT_HTTP_LOW_SPEED_LIMIT',
  'GIT_ALLOW_PROTOCOL',
  'GIT_EXEC_PATH',
  'GIT_CEILING_DIRECTORIES',
  'GIT_DISCOVERY_ACROSS_FILESYSTEM',
  // A credential helper of the user's may read variables of any name.
  'GIT_PASSWORD',
  'GIT_TOKEN',
])('%s reaches git', (name) => {
  expect(gitEnvironment({ [name]: 'x' })).toHaveProperty(name, 'x');
});

test.each(['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_NAMESPACE', 'GIT_CONFIG', 'GIT_DEFAULT_HASH'])(
  '%s does not',
  (name) => {
    expect(gitEnvironment({ [name]: 'x' })).not.toHaveProperty(name);
  },
);

test('a trace reaches git where it goes to a file', () => {
  const traces = { GIT_TRACE: '1', GIT_TRACE2: 'true', GIT_TRACE_CURL: '/tmp/trace' };
  const passed = Object.keys(gitEnvironment(traces)).filter((name) => name.startsWith('GIT_TRACE'));
  expect(passed).toEqual(['GIT_TRACE_CURL']);
});
