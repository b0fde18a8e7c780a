// The snapshot, from the bucket into the project's folder.
import { PREFIX, destroyVms, startVm } from '../start-vm';

afterEach(destroyVms);

test('a snapshot that is not in the bucket ends the attempt with a reason', async () => {
  const vm = await startVm({ prepare: (google) => google.objects.delete('sources/tree.bundle') });
  await vm.ended();
  const outcome = vm.google.outcomeOf(PREFIX);
  expect(outcome.failure).toMatchObject({ reason: 'source-unavailable' });
  expect(outcome.failure?.message).toContain('HTTP 404');
  expect(outcome.command).toBeUndefined();
  expect(vm.result('log.txt')).toContain('HTTP 404');
});

test('a bucket that is away for a while at boot costs no run', async () => {
  const vm = await startVm({
    hurried: true,
    prepare: (google) => {
      google.fault = ({ name, count }) => (name === 'sources/tree.bundle' && count <= 10 ? 503 : null);
    },
  });
  await vm.ended();
  expect(vm.google.outcomeOf(PREFIX)).toMatchObject({ command: { exit: 0 } });
});

test('a snapshot whose transfer was cut ended the run, as if it were damaged', async () => {
  const vm = await startVm({
    hurried: true,
    prepare: (google) => {
      google.fault = ({ name, count }) => (name === 'sources/tree.bundle' && count === 1 ? 'cut' : null);
    },
  });
  await vm.ended();
  expect(vm.google.outcomeOf(PREFIX)).toMatchObject({ command: { exit: 0 } });
});

test('attributes of the project do not change the bytes of its snapshot', async () => {
  const vm = await startVm({
    files: {
      '.gitattributes': '* text eol=crlf ident\n*.utf16 working-tree-encoding=UTF-16LE\n',
      'a.txt': 'one\n$Id$\n',
      'b.utf16': 'two\n',
    },
    command: 'cat a.txt b.utf16',
  });
  await vm.ended();
  expect(vm.result('log.txt')).toBe('one\n$Id$\ntwo\n{"cells": []}');
});

test("a snapshot that is not a bundle ends the attempt with git's message", async () => {
  const vm = await startVm({ prepare: (google) => google.put('sources/tree.bundle', 'garbage') });
  await vm.ended();
  expect(vm.google.outcomeOf(PREFIX).failure?.message).toMatch(/could not be unpacked: error: .*bundle/);
});
