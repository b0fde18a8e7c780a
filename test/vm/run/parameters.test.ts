// How the agent sees that parameters were used: their file was read. Real bash, and a real file system.
import { base64 } from '@mymlops/protocol';
import { PREFIX, destroyVms, type VmOptions, startVm } from '../start-vm';

afterEach(destroyVms);

const READ = { isRead: true, params: '{"lr":0.1}' };
const UNREAD = { isRead: false, params: '{"not known to be used":{"lr":0.1}}\n' };
/** The file system does not tell, or there is nothing to tell. */
const UNKNOWN = { ...UNREAD, isRead: undefined };
const NONE = { 'mymlops-params-64': base64('{}') };
const setup = (text: string) => ({ 'mymlops-setup-64': base64(text) });
/** Times of files cannot be set. */
const BLIND = { tools: { touch: '#!/bin/sh\nexit 1\n' } };
const injected = (tag: string) => ({
  files: { 'notebooks/train.ipynb': JSON.stringify({ cells: [{ metadata: { tags: [tag] } }] }) },
});

test.each<[string, VmOptions, object]>([
  ['a command that reads them', { command: 'cat "$MYMLOPS_PARAMS"; :' }, READ],
  [
    'one that reads them with Python',
    { command: 'python3 -c "import os; open(os.environ[\'MYMLOPS_PARAMS\']).read()"; :' },
    READ,
  ],
  ['one that reads them and fails', { command: 'cat "$MYMLOPS_PARAMS"; false' }, READ],
  ['one that lists their folder', { command: 'ls -l "$(dirname "$MYMLOPS_PARAMS")" "$MYMLOPS_PARAMS"; :' }, UNREAD],
  ['one that reads nothing', { command: 'echo ran; :' }, UNREAD],
  ['one that writes the file without a look at it', { command: 'echo 1 >"$MYMLOPS_PARAMS"; :' }, { isRead: false }],
  ['a setup that reads them', { command: 'echo ran; :', metadata: setup('cat "$MYMLOPS_PARAMS"') }, READ],
  ['a setup that does not', { command: 'echo ran; :', metadata: setup('echo x') }, UNREAD],
  ['one that reads and deletes them', { command: 'cat "$MYMLOPS_PARAMS"; rm "$MYMLOPS_PARAMS"; :' }, UNKNOWN],
  ['a file system that does not tell', { command: 'cat "$MYMLOPS_PARAMS"; :', ...BLIND }, UNKNOWN],
  ['the same, and an injected cell', { ...BLIND, ...injected('injected-parameters') }, { ...READ, isRead: undefined }],
  ['an injected cell of an earlier run, and nobody read', injected('injected-parameters'), UNREAD],
  ['none given', { command: 'echo ran; :', metadata: NONE }, { isRead: undefined, params: '{}' }],
])(
  'the file with the parameters: %s',
  async (_name, options, { isRead, params }: { isRead?: boolean; params?: string }) => {
    const vm = await startVm(options);
    await vm.ended();
    expect(vm.google.outcomeOf(PREFIX).command?.paramsRead).toBe(isRead);
    if (params !== undefined) expect(vm.result('params.json')).toBe(params);
  },
);
