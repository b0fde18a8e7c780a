import { parametersUse, type Traces } from '../../../functions/src/engine/run/parameters-use';

test.each<[Traces['isRead'], Traces['isInjected'], string]>([
  // The file was read, the notebook has an injected cell.
  [true, true, 'injected'],
  [true, false, 'read'],
  [true, undefined, 'read'],
  // An injected cell that nobody could have made came with the notebook, with the values of an earlier run.
  [false, true, 'unknown'],
  [false, false, 'unknown'],
  [false, undefined, 'unknown'],
  // The file system does not tell: the notebook alone does.
  [undefined, true, 'injected'],
  [undefined, false, 'unknown'],
  [undefined, undefined, 'unknown'],
])('read %s, injected %s: %s', (isRead, isInjected, use) => {
  expect(parametersUse({ isRead, isInjected })).toBe(use);
});
