// `kill --all` and `cancel --all` over the wire.
import { cancelAll } from '../../../client/src/commands/cancel-all';
import { kill } from '../../../client/src/commands/kill';
import { ExpectedError } from '../../../client/src/core/errors';
import { submitter } from '../../../client/src/runs/submitter';
import { instance, type Shown } from '../instances/documents';
import { useInstances } from '../instances/fixture';

const given = useInstances();
const MINE = submitter();
const [A, B, C] = ['20260101-120000-aaaa', '20260101-120001-bbbb', '20260101-120002-cccc'];

const run = (id: string, fields: object): Promise<unknown> =>
  given
    .standIns()
    .firestore.doc(`runs/${id}`)
    .set({ v: 1, status: 'running', submittedAt: id, live: true, attempts: {}, notebook: 'a.ipynb', ...fields });

const has = (name: string, shown: Shown): Promise<unknown> => given.set(name, instance({ owner: MINE, ...shown }));

/** The functions stop what they are to stop. */
const stopAll = () =>
  given.answerWith(({ type }) => (type === 'stop' ? instance({ status: 'stopped', owner: MINE }) : undefined));

async function fill(): Promise<void> {
  await run(A, { submittedBy: MINE });
  await run(B, { submittedBy: 'ada@home', status: 'queued' });
  await run(C, {
    submittedBy: MINE,
    live: false,
    status: 'succeeded',
    end: { status: 'succeeded', at: '', attempt: 1 },
  });
  await has('cpu', { status: 'ready' });
  await has('ada', { status: 'ready', owner: 'ada@home' });
  await has('off', { status: 'stopped' });
}

test('lists with owners, asks, and reports each outcome; what is of others, off or over stays', async () => {
  await fill();
  const requests = stopAll();
  const questions: string[] = [];
  const ask = (question: string): Promise<string> => Promise.resolve(questions.push(question) > 0 ? 'yes' : '');
  const context = given.context({ ask });
  expect(await kill(context, { all: true }, given.tools())).toBe(0);
  expect(questions).toEqual(['Cancel 1 run and stop 1 instance (with its disk kept)? [y/N] ']);
  expect(context.said.slice(0, 4)).toEqual([
    expect.stringMatching(/^KIND +NAME +STATUS +OWNER$/),
    expect.stringMatching(new RegExp(`^run +${A}.* running +${MINE}$`)),
    expect.stringMatching(new RegExp(`^instance +cpu +ready +${MINE}$`)),
    '2 of other users: to end them too, add --everyone.',
  ]);
  expect(context.said.slice(4).toSorted()).toEqual([
    expect.stringMatching(new RegExp(`^${A}.* will be cancelled\\.`)),
    expect.stringMatching(/^cpu is stopped\. Its disk stays/),
  ]);
  expect(requests.map((request) => request.type).toSorted()).toEqual(['cancel', 'stop']);
});

test('--everyone ends those of all users', async () => {
  await fill();
  const requests = stopAll();
  const context = given.context();
  expect(await kill(context, { all: true, everyone: true, yes: true }, given.tools())).toBe(0);
  expect(requests).toHaveLength(4);
  expect(requests.some(({ type }) => type === 'delete')).toBe(false);
  expect(context.said.join('\n')).not.toContain('--everyone');
});

test('cancel --all leaves instances alone', async () => {
  await fill();
  const requests = stopAll();
  const context = given.context();
  expect(await cancelAll(context, [], { yes: true }, given.tools())).toBe(0);
  expect(requests).toMatchObject([{ type: 'cancel', run: A }]);
  expect(context.said.join('\n')).not.toContain('cpu');
});

test('a run that has ended is released while its VM is kept', async () => {
  const end = { status: 'succeeded', at: '2026-01-01T12:30:00.000Z', attempt: 1 };
  const ended = { submittedBy: MINE, status: 'succeeded', end };
  await run(A, { ...ended, keptUntil: '2026-01-01T14:00:00.000Z' });
  await run(B, { ...ended, keptUntil: '2026-01-01T12:50:00.000Z' });
  const requests = stopAll();
  const context = given.context();
  expect(await cancelAll(context, [], { yes: true }, given.tools())).toBe(0);
  expect(requests).toMatchObject([{ type: 'cancel', run: A }]);
  expect(context.said[1]).toContain('succeeded, its VM is kept');
});

test('a no, no terminal, nothing to end, and the wrong words', async () => {
  const nothing = given.context();
  expect(await kill(nothing, { all: true }, given.tools())).toBe(0);
  expect(nothing.said).toEqual(['Nothing of yours goes on.']);
  await has('cpu', { status: 'ready' });
  await expect(kill(given.context({ ask: () => Promise.resolve('') }), { all: true }, given.tools())).rejects.toThrow(
    'Nothing was ended.',
  );
  await expect(kill(given.context(), { all: true }, given.tools())).rejects.toThrow('To end them, add --yes.');
  expect(() => kill(given.context(), {}, given.tools())).toThrow('To end one: mymlops-client cancel RUN, or stop NAME');
  expect(() => cancelAll(given.context(), [A], {}, given.tools())).toThrow(`leave out ${A}, or leave out --all`);
  expect(given.standIns().received).toEqual([]);
});

test('one that cannot be ended does not keep the others from their end', async () => {
  await run(A, { submittedBy: MINE });
  await has('cpu', { status: 'ready' });
  stopAll();
  const { open } = given.tools();
  const failing = async () => {
    const deployment = await open();
    const bus = await deployment.bus();
    const publish: typeof bus.publish = (request) =>
      request.type === 'cancel' ? Promise.reject(new ExpectedError('no way')) : bus.publish(request);
    return { ...deployment, bus: () => Promise.resolve({ ...bus, publish }) };
  };
  const context = given.context();
  expect(await kill(context, { all: true, yes: true }, { ...given.tools(), open: failing })).toBe(1);
  expect(context.said.join('\n')).toMatch(new RegExp(`^${A}.* was not ended: .*no way`, 'm'));
  expect(context.said.join('\n')).toMatch(/^cpu is stopped\./m);
});
