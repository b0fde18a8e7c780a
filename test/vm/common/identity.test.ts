// The identity token that goes with every report.
import { destroyMachines, startMachine } from '../machine';

afterEach(destroyMachines);

test('one token serves all reports of half an hour', async () => {
  const machine = await startMachine();
  await machine.ended();
  expect(machine.google.reports.length).toBeGreaterThan(2);
  expect(machine.google.identities).toHaveLength(1);
});

test('a token that is about to end is fetched anew', async () => {
  const machine = await startMachine({ prepare: (google) => (google.identitySeconds = 30) });
  await machine.ended();
  expect(machine.google.identities.length).toBeGreaterThan(2);
});
