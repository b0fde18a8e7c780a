// Names of secrets and of variables for the command.
import { isVariableName, secretId, secretNameIn } from '@mymlops/protocol';

test.each([
  ['API_KEY', true],
  ['_x', true],
  ['a1', true],
  ['A'.repeat(200), true],
  ['A'.repeat(201), false],
  ['', false],
  ['1A', false],
  ['A-B', false],
  ['A B', false],
  ['A=B', false],
  ['É', false],
  ['PATH', false],
  ['EUID', false],
  ['BASH_ENV', false],
  ['_', false],
  ['PATH_TO', true],
  ['MYMLOPS_RUN', false],
])('%s may be a name: %s', (name, may) => expect(isVariableName(name)).toBe(may));

test.each([
  ['mymlops', 'mymlops_API_KEY', 'API_KEY'],
  ['mymlops', 'mymlops-dev_API_KEY', undefined],
  ['mymlops', 'mymlops_deploy-key', undefined],
  ['mymlops', 'other', undefined],
])("in deployment %s, the id %s is the variable's %s", (deployment, id, name) => {
  expect(secretNameIn(deployment, id)).toBe(name);
  if (name !== undefined) expect(secretId(deployment, name)).toBe(id);
});
