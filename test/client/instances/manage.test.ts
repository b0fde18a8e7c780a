// `stop`, `delete` and `extend` over the wire.
import { type InstanceRequest, INSTANCE_REQUESTS, parseWith } from '@mymlops/protocol';
import { deleteInstance } from '../../../client/src/commands/delete';
import { extend } from '../../../client/src/commands/extend';
import { stop } from '../../../client/src/commands/stop';
import { submitter } from '../../../client/src/runs/submitter';
import type { TestContext } from '../context';
import { instance, type Shown } from './documents';
import { NOW, useInstances } from './fixture';

const given = useInstances();
const said = (context: TestContext): string => context.said.join('\n');
const isTaken = (request: InstanceRequest | undefined): boolean =>
  request !== undefined && parseWith(INSTANCE_REQUESTS[request.type], request).ok;

describe('stop', () => {
  test('ends the period, waits until the VM is off, and says that the disk stays', async () => {
    await given.set('cpu', instance({ status: 'ready', started: 2 }));
    const requests = given.answerWith(() => instance({ status: 'stopped', started: 2 }));
    const context = given.context();
    expect(await stop(context, 'cpu', given.tools())).toBe(0);
    expect(requests).toMatchObject([{ type: 'stop', name: 'cpu', uid: 'abc123', period: 2 }]);
    expect(isTaken(requests[0])).toBe(true);
    expect(said(context)).toBe(
      'cpu is stopped. Its disk stays, and costs its storage. To go on: mymlops-client start cpu; to delete it: mymlops-client delete cpu',
    );
  });

  test.each<[string, Shown, string]>([
    [
      'one that is stopped',
      { status: 'stopped', message: 'Stopped by ada.' },
      'cpu is stopped already: Stopped by ada.',
    ],
    ['one without a VM', { status: 'failed', message: 'No zone had one.' }, 'cpu has no VM: No zone had one.'],
    ['one that is deleted now', { status: 'deleting' }, 'cpu is being deleted.'],
  ])('%s: nothing is sent', async (_what, shown, sentence) => {
    await given.set('cpu', instance(shown));
    const context = given.context();
    expect(await stop(context, 'cpu', given.tools())).toBe(0);
    expect(said(context)).toBe(sentence);
    expect(given.standIns().received).toEqual([]);
  });

  test.each<[string, Shown, string]>([
    ['it never had a VM', { status: 'failed' }, 'It had no VM yet, and nothing of it costs money.'],
    ['somebody starts it again', { status: 'queued', started: 2 }, 'was stopped, and is started again already.'],
    ['somebody deletes it', { status: 'deleting', deletion: { by: 'x', at: '' } }, 'cpu is being deleted.'],
    ['another one has its name', { status: 'queued', uid: 'zzz999' }, 'cpu was deleted.'],
  ])('while it waits, %s', async (_what, shown, sentence) => {
    await given.set('cpu', instance({ status: 'queued' }));
    given.answerWith(() => instance(shown));
    const context = given.context();
    expect(await stop(context, 'cpu', given.tools())).toBe(0);
    expect(said(context)).toContain(sentence);
  });

  test('a VM that takes long goes down without the command', async () => {
    await given.set('cpu', instance({ status: 'ready' }));
    const context = given.context();
    expect(await stop(context, 'cpu', { ...given.tools(), patienceMs: 0 })).toBe(101);
    expect(said(context)).toContain('its VM is not off yet; this goes on by itself');
  });

  test.each<[string, number, string]>([
    ['cpu', 102, 'There is no instance "cpu". See: mymlops-client ps'],
    [
      '20260101-120000-abcd',
      2,
      'is a run, not an instance. To see a run: mymlops-client show RUN; to end it: cancel RUN',
    ],
  ])('%s is not one', async (name, exitCode, sentence) => {
    await expect(stop(given.context(), name, given.tools())).rejects.toMatchObject({
      ...{ exitCode, message: expect.stringContaining(sentence) },
    });
  });
});

describe('delete', () => {
  test('asks, names another owner, and waits until all is gone', async () => {
    await given.set('cpu', instance({ status: 'ready' }));
    const requests = given.answerWith(() => instance({ status: 'deleted', deletedAt: '2026' }));
    const questions: string[] = [];
    const ask = (question: string): Promise<string> => Promise.resolve(questions.push(question) > 0 ? 'y' : '');
    const context = given.context({ ask });
    expect(await deleteInstance(context, 'cpu', {}, given.tools())).toBe(0);
    expect(questions).toEqual(['Delete cpu of ada@home with its disk and all that is on it? Its VM is on. [y/N] ']);
    expect(requests).toMatchObject([{ type: 'delete', name: 'cpu', uid: 'abc123' }]);
    expect(isTaken(requests[0])).toBe(true);
    expect(said(context)).toBe('cpu is deleted, with its VM and its disk. The name is free.');
  });

  test('a no, and no terminal', async () => {
    await given.set('cpu', instance({ status: 'stopped', owner: submitter() }));
    const no = given.context({ ask: () => Promise.resolve('n') });
    await expect(deleteInstance(no, 'cpu', {}, given.tools())).rejects.toThrow('Nothing was deleted.');
    await expect(deleteInstance(given.context(), 'cpu', {}, given.tools())).rejects.toThrow(
      'Cannot ask without a terminal. To delete cpu with its disk, add --yes.',
    );
    expect(given.standIns().received).toEqual([]);
  });

  test('one that is being deleted is waited for', async () => {
    await given.set('cpu', instance({ status: 'deleting', deletion: { by: 'x', at: '' } }));
    const context = given.context();
    expect(await deleteInstance(context, 'cpu', {}, { ...given.tools(), patienceMs: 0 })).toBe(101);
    expect(given.standIns().received).toEqual([]);
    expect(said(context)).toBe('cpu is being deleted; this goes on by itself. See: mymlops-client ps');
  });
});

describe('extend', () => {
  const at = (hours: number): string => new Date(NOW.getTime() + hours * 3600_000).toISOString();

  test('until two hours from now', async () => {
    await given.set('cpu', instance({ status: 'ready' }));
    const requests = given.answerWith(() => instance({ status: 'ready', until: { period: 1, at: at(2) } }));
    const context = given.context();
    expect(await extend(context, 'cpu', '2h', given.tools())).toBe(0);
    expect(requests).toMatchObject([{ type: 'extend', period: 1, uid: 'abc123', until: at(2) }]);
    expect(isTaken(requests[0])).toBe(true);
    expect(said(context)).toMatch(/^cpu stays on until 2026-01-01 \d\d:00, busy or not\./);
  });

  test('a longer extension stays', async () => {
    await given.set('cpu', instance({ status: 'ready', until: { period: 1, at: at(5) } }));
    expect(await extend(given.context(), 'cpu', '2h', given.tools())).toBe(0);
    expect(given.standIns().received).toEqual([]);
  });

  test('it was stopped before the extension came', async () => {
    await given.set('cpu', instance({ status: 'ready' }));
    given.answerWith(() => instance({ status: 'stopping' }));
    const context = given.context();
    expect(await extend(context, 'cpu', '2h', given.tools())).toBe(101);
    expect(said(context)).toContain('cpu was stopped before the extension came.');
  });

  test.each<[string, Shown, string, string]>([
    ['one that is stopped', { status: 'stopped' }, '2h', 'cpu is stopped. Only one that is on can be extended.'],
    ['one that goes down', { status: 'stopping' }, '2h', 'is being stopped, which cannot be undone. When it is off'],
    [
      'one that said that it goes',
      { status: 'stopping', stopped: 0 },
      '2h',
      'is being stopped, which cannot be undone',
    ],
    ['beyond the limit of Google', { status: 'ready' }, '72h', 'the limit that its start has set (--max)'],
    [
      'a time that is none',
      { status: 'ready' },
      'long',
      'The time must be a duration such as 30m, 2h or 1d, not long.',
    ],
  ])('%s is refused', async (_what, shown, time, sentence) => {
    await given.set('cpu', instance(shown));
    const extending = async (): Promise<number> => extend(given.context(), 'cpu', time, given.tools());
    await expect(extending()).rejects.toThrow(sentence);
    expect(given.standIns().received).toEqual([]);
  });
});
