// What one invocation writes and logs, what becomes of a result when others write at the same time, and what an effect gets.
import { advance } from '../../functions/src/control/advance';
import { KINDS } from '../../functions/src/control/kinds';
import type { ActingKind } from '../../functions/src/control/kind';
import { aCommit, at, aVm, RUN } from '../fakes/builders';
import { fakeDeployment } from '../fakes/deployment';
import { fakeGoogle, type FakeGoogle } from '../fakes/google';
import { toyKind, type ToyState } from '../fakes/toy-kind';

const remove = { v: 1, type: 'remove', run: RUN, by: 'ada', at: '2026-11-21T12:00:00.000Z' };

/** Names of all calls from now on, in order. */
function callsOf({ calls }: FakeGoogle): string[] {
  const made: string[] = [];
  calls.before = (name) => void made.push(name);
  return made;
}

/** What `advance` logs of each round. */
function actionsOf({ context }: FakeGoogle): object[] {
  const actions: object[] = [];
  context.log = (_severity, message, fields) => {
    if (message === 'advance' && fields) actions.push(fields);
  };
  return actions;
}

test('each action is logged with the run and the VM that it is for', async () => {
  const deployment = fakeDeployment();
  const actions = actionsOf(deployment.google);
  await deployment.publish(aCommit());
  await deployment.finish(1);
  await deployment.publish(remove);
  const ofVm = ['place', 'insert', 'await-start', 'verify-time-limit', 'read-outcome', 'delete', 'release-slots'];
  expect(actions).toEqual([
    ...ofVm.map((action) => ({ kind: 'run', id: RUN, action, vm: 1 })),
    { kind: 'run', id: RUN, action: 'remove' },
  ]);
});

test('a decision that comes first is logged by its name', async () => {
  const deployment = fakeDeployment();
  const actions = actionsOf(deployment.google);
  await deployment.publish(aCommit({ machine: { provisioning: 'spot', serviceAccount: 'root@example.org' } }));
  expect(actions).toEqual([{ kind: 'run', id: RUN, action: 'end' }]);
});

test('the decisions that follow from an effect are written together with its result', async () => {
  const deployment = fakeDeployment();
  const { google } = deployment;
  google.faults.insertRefused = { code: 'forbidden', message: 'no right' };
  const actions = actionsOf(google);
  const made = callsOf(google);
  await deployment.publish(aCommit());
  expect(deployment.state()).toMatchObject({ end: { reason: 'permission' }, cleanedAt: expect.any(String) });
  expect(made.filter((name) => name === 'runs.update')).toHaveLength(actions.length);
});

test('another write came between an insert and its result: both are kept, and Google is not asked again', async () => {
  const deployment = fakeDeployment();
  const { google } = deployment;
  const cancel = { by: 'ada', at: at(5) };
  const made = callsOf(google);
  google.calls.after = (name) => {
    const kept = google.documents.get(RUN);
    if (name !== 'compute.insert' || !kept) return;
    google.documents.set(RUN, { ...kept, state: { ...kept.state, cancel }, version: kept.version + 1 });
  };
  await deployment.publish(aCommit());
  expect(deployment.state()).toMatchObject({ cancel, end: { status: 'cancelled' } });
  expect(deployment.state().attempts[1]?.vm.periods[1]?.start.operation).toMatch(/^insert-/);
  expect(made.filter((name) => name === 'compute.insert')).toHaveLength(1);
});

const ID = 'doll';

/** A toy with two VMs, both of them up; `changed` lies over the toy kind. */
async function advanceToy(google: FakeGoogle, changed: Partial<ActingKind<ToyState>>): Promise<ToyState> {
  const vmOf = (number: number) =>
    aVm({
      ...{ name: `mymlops-doll-${number}`, terminationAction: 'STOP', keepsDisk: true },
      start: { settledAt: at(1) },
      period: { timeLimitVerifiedAt: at(2) },
    });
  const state = { v: 1, started: 1, stopped: 0, replaced: 1, vms: { 1: vmOf(1), 2: vmOf(2) } } as unknown as ToyState;
  const kept = google.collection<ToyState>('toys');
  kept.set(ID, { state, summary: { live: true }, version: 1 });
  for (const { zone, name } of Object.values(state.vms)) {
    const labels = { 'mymlops-deployment': 'mymlops' };
    google.disks.set(`${zone}/${name}`, { id: name, name, zone, labels, inUse: false });
  }
  await advance({ ...toyKind, ...changed }, ID, google.context);
  return kept.get(ID)?.state as ToyState;
}

describe.each([
  ['keeps', 1, { goneAt: at(0) }, ['mymlops-doll-1', 'mymlops-doll-2']],
  ['does not keep', 2, { goneAt: at(0), diskGoneAt: at(0) }, ['mymlops-doll-2']],
] as const)('a VM goes whose disk its document %s', (_what, keptNumber, expected, disks) => {
  test('its disk has the same fate', async () => {
    const google = fakeGoogle([...KINDS, toyKind]);
    let isAsked = false;
    const { vms } = await advanceToy(google, {
      decide: () => {
        if (isAsked) return undefined;
        isAsked = true;
        return { effect: 'delete', vm: 1 };
      },
      resources: (state) => {
        const { vms, disks } = toyKind.resources(state, 0);
        return {
          vms,
          disks: disks.map((disk) => ({ ...disk, wanted: disk.number === keptNumber ? 'kept' : 'absent' })),
        };
      },
    });
    const { goneAt, diskGoneAt } = vms[1] ?? {};
    expect({ goneAt, diskGoneAt }).toEqual({ diskGoneAt: undefined, ...expected });
    expect([...google.disks.values()].map(({ name }) => name)).toEqual(disks);
  });
});

test('an effect on a VM that its document does not have is an error that names both', async () => {
  const google = fakeGoogle([...KINDS, toyKind]);
  const decide = () => ({ effect: 'delete', vm: 7 });
  await expect(advanceToy(google, { decide })).rejects.toThrow('toy doll has no VM 7');
});
