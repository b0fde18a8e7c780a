import { requireLocalPlatform } from '../../../client/src/local/local-platform';

test('on Windows, one sentence says what a local run needs', () => {
  expect(() => requireLocalPlatform('win32')).toThrow(
    /^On Windows, runs on this computer need WSL\. .* give --project ID\.$/,
  );
  for (const platform of ['linux', 'darwin', 'freebsd'] as const)
    expect(requireLocalPlatform(platform)).toBeUndefined();
});
