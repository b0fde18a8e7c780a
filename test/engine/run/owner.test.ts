// To which attempt of which run a VM or disk belongs.
import { attemptOwning, runLabels } from '../../../functions/src/engine/run/owner';
import { RUN } from '../../fakes/builders';

const OTHER = '20261120-100000-zzzz';
const deployment = { 'mymlops-deployment': 'team' };
const labelled = (attempt: string, run = OTHER): Record<string, string> => ({
  ...deployment,
  'mymlops-run': run,
  'mymlops-attempt': attempt,
});

test('labels of a VM', () => {
  expect(runLabels(RUN, 3)).toStrictEqual({ 'mymlops-run': RUN, 'mymlops-attempt': '3' });
});

test.each<[string, string, Record<string, string>, object | undefined]>([
  ['by its name', `team-${RUN}-3`, deployment, { id: RUN, vm: 3 }],
  ['the name counts, whatever the labels say', `team-${RUN}-3`, labelled('7'), { id: RUN, vm: 3 }],
  ['the name of another deployment: the labels', `mine-${RUN}-3`, labelled('7'), { id: OTHER, vm: 7 }],
  ['any name: the labels', 'copy', labelled('7'), { id: OTHER, vm: 7 }],
  ['no label of a run', 'copy', { ...deployment, 'mymlops-attempt': '7' }, undefined],
  ['no label of an attempt', 'copy', { ...deployment, 'mymlops-run': OTHER }, undefined],
  ['no run id', 'copy', labelled('7', 'x'), undefined],
  ['no number', 'copy', labelled('x'), undefined],
  ['no whole number', 'copy', labelled('1.5'), undefined],
  ['attempt 0', 'copy', labelled('0'), undefined],
  ['attempt 1', 'copy', labelled('1'), { id: OTHER, vm: 1 }],
  ['a negative one', 'copy', labelled('-1'), undefined],
  ['no labels', `team-${RUN}-3`, {}, undefined],
])('%s', (_what, name, labels, expected) => expect(attemptOwning({ name, labels })).toStrictEqual(expected));
