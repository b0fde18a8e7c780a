// Names of ours in zones where the deployment never put them: made by hand, or copied.
import type { Fault, Namesake, Plan } from './plan';
import type { Random } from './random';

export function namesakes({ runs }: Plan, random: Random): Fault[] {
  return Array.from({ length: random.between('namesakes', 1, 3) }, (_, index): Fault => {
    const label = (what: string): string => `namesake ${index} ${what}`;
    const what = random.pick<Namesake['what']>(label('what'), ['vm', 'vm', 'disk']);
    const labels = random.pick<Namesake['labels']>(label('labels'), ['all', 'all', 'deployment', 'none']);
    const boots = what === 'vm' && labels === 'all' && random.chance(label('boots'), 0.6);
    const { id = '', commitAtMs = 0 } = runs[random.between(label('run'), 0, runs.length - 1)] ?? {};
    const laterSeconds = random.between(label('at'), 0, random.pick(label('when'), [60, 900, 3600]));
    return {
      kind: 'namesake',
      what,
      run: id,
      attempt: random.between(label('attempt'), 1, random.pick(label('which'), [1, 3])),
      labels,
      ...(boots && { boots }),
      atMs: commitAtMs + laterSeconds * 1000,
    };
  });
}
