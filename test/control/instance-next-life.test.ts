// A name is free once its instance is deleted, and the next instance of that name has a first VM, too. A function that was frozen
// meanwhile comes back with a finding about the earlier one: that changes nothing.
import type { Compute } from '../../functions/src/ports/compute';
import { instanceDeployment, type Instances } from './instances';

const NEXT = 'def456';

/** While the first answer to `call` is on its way, the instance is deleted, and another one of its name begins. */
function replaceDuring(instance: Instances, call: 'operationsOn' | 'insert' | 'setMetadata'): () => unknown {
  const compute: Compute = instance.google.context.compute;
  const original = compute[call].bind(compute) as (...words: unknown[]) => Promise<unknown>;
  let next: unknown;
  Object.assign(compute, {
    async [call](...words: unknown[]) {
      const answer = await original(...words);
      if (next !== undefined) return answer;
      next = {};
      await instance.remove();
      await instance.sweep(8);
      expect(instance.status()).toBe('deleted');
      await instance.start(1, { uid: NEXT });
      await instance.report({ phase: 'serve' }, NEXT);
      expect(instance.status()).toBe('ready');
      next = instance.state();
      return answer;
    },
  });
  return () => next;
}

async function expectOn(instance: Instances, next: unknown): Promise<void> {
  expect(instance.state()).toEqual(next);
  await instance.sweep(3);
  expect(instance.status()).toBe('ready');
  expect(instance.state()).toMatchObject({ uid: NEXT, current: 1, vmCount: 1 });
  expect([...instance.google.vms.values()].map(({ name, status }) => [name, status])).toEqual([
    [`mymlops-cpu1-${NEXT}-1`, 'RUNNING'],
  ]);
}

test('the sweep saw that its VM is off', async () => {
  const instance = instanceDeployment();
  await instance.start(1);
  await instance.report({ phase: 'serve' });
  const next = replaceDuring(instance, 'operationsOn');
  Object.assign(instance.vm() ?? {}, { status: 'TERMINATED' });
  await instance.sweep();
  await expectOn(instance, next());
});

test.each(['insert', 'setMetadata'] as const)('request carried out its %s', async (call) => {
  const instance = instanceDeployment();
  const next = replaceDuring(instance, call);
  await instance.start(1);
  await expectOn(instance, next());
});
