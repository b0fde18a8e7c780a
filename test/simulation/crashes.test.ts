// Every call that the functions can make through their ports goes wrong in one of the enumerated histories.
import { fakeGoogle } from '../fakes/google';
import { crashPlans } from './crashes';

test('no call is left out', async () => {
  const { runs, sweeps, cloud, results, bus } = fakeGoogle().context;
  const callable = Object.entries({ runs, sweeps, cloud, results, bus }).flatMap(([port, calls]) =>
    Object.keys(calls).map((call) => `${port}.${call}`),
  );
  const enumerated = new Set<string>();
  for await (const { faults } of crashPlans()) {
    const fault = faults.at(-1);
    if (fault?.kind === 'call') enumerated.add(fault.name);
  }
  expect([...enumerated].toSorted()).toEqual(callable.toSorted());
});
