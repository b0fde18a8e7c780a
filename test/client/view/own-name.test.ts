import { withOwnName } from '../../../client/src/view/own-name';

const NPX = { npm_command: 'exec' };

test.each([
  ['  to get them: mymlops-client pull x', '  to get them: npx mymlops-client pull x'],
  [
    'Run `mymlops-client init`, or npx mymlops-client init.',
    'Run `npx mymlops-client init`, or npx mymlops-client init.',
  ],
  ['t.zip is damaged. Install mymlops-client again', 't.zip is damaged. Install mymlops-client again'],
  ['mymlops-client failed unexpectedly.', 'mymlops-client failed unexpectedly.'],
  ['/home/ada/mymlops-client is a folder', '/home/ada/mymlops-client is a folder'],
])('who started the program with npx read a command that the shell did not find: %s', (line, told) => {
  expect(withOwnName(line, NPX)).toBe(told);
  expect(withOwnName(line, {})).toBe(line);
  expect(withOwnName(line, { npm_command: 'run-script' })).toBe(line);
});
