// Which build makes another one needless, which images go after one, and which may be removed.
import { type Config, configSchema } from '../../../client/src/config/schema';
import type { FoundImage } from '../../../client/src/google/images';
import { equalBuild } from '../../../client/src/images/equal-build';
import { namedImages, type NamedImages } from '../../../client/src/images/named-images';
import { refuseNeeded } from '../../../client/src/images/plan-removal';
import { olderImages } from '../../../client/src/images/remove-older';
import { buildAt, listed, ready, timeAt, unmade } from './listed';

const SAME = 'c'.repeat(64);
const OTHER = 'd'.repeat(64);
const BY = { by: 'ada', at: timeAt(9) };

const nobody: NamedImages = { exactly: new Set(), families: new Set() };

describe('an equal build', () => {
  test.each<[what: string, all: FoundImage[], equal: [why: string, hour: number] | undefined]>([
    ['none', [], undefined],
    ['ready', [ready({ hour: 1 })], ['ready', 1]],
    ['under way', [listed({ hour: 2 }), ready({ hour: 1 })], ['under-way', 2]],
    ['of another name', [ready({ hour: 1, name: 'jax' })], undefined],
    ['of other content', [ready({ hour: 1, content: OTHER })], undefined],
    ['failed', [unmade('failed', { hour: 1 })], undefined],
    ['cancelled', [unmade('cancelled', { hour: 1 })], undefined],
    ['about to be cancelled', [listed({ hour: 1, cancel: BY })], undefined],
    ['being removed', [ready({ hour: 1, deletion: BY })], undefined],
    ['only a cancel that came before its build', [listed({ hour: 1, acceptedAt: undefined, cancel: BY })], undefined],
    ['the older of two equal ones', [ready({ hour: 2 }), ready({ hour: 1 })], ['ready', 2]],
    ['ready, with another after it', [ready({ hour: 2, content: OTHER }), ready({ hour: 1 })], ['replaced', 1]],
    [
      'ready, with a failed other one after it',
      [unmade('failed', { hour: 2, content: OTHER }), ready({ hour: 1 })],
      ['ready', 1],
    ],
    // Its image would be the newest of the family.
    ['ready, with another under way', [listed({ hour: 2, content: OTHER }), ready({ hour: 1 })], undefined],
    ['under way, with another after it', [listed({ hour: 2, content: OTHER }), listed({ hour: 1 })], undefined],
  ])('%s', (_what, all, expected) => {
    const equal = equalBuild(all, { name: 'torch', content: SAME });
    expect(equal && [equal.why, equal.found.id]).toEqual(expected && [expected[0], buildAt(expected[1])]);
  });

  test('what Google takes for the newest counts: the order in which images were made, not requested', () => {
    const slow = ready({ hour: 1, made: { name: 'a', family: 'f', attempt: 1, requestedAt: timeAt(4) } });
    expect(equalBuild([ready({ hour: 2, content: OTHER }), slow], { name: 'torch', content: SAME })?.why).toBe('ready');
  });
});

describe('after a build', () => {
  const all = [
    ready({ hour: 8, name: 'jax' }),
    listed({ hour: 7 }),
    ready({ hour: 6 }),
    unmade('failed', { hour: 5 }),
    ready({ hour: 4 }),
    ready({ hour: 3 }),
    ready({ hour: 2, deletion: BY }),
    ready({ hour: 1 }),
  ];

  test('the last two that are ready stay, and those of other names', () => {
    expect(olderImages(all, 'torch', nobody).map(({ id }) => id)).toEqual([buildAt(3), buildAt(1)]);
    expect(olderImages(all, 'jax', nobody)).toEqual([]);
  });

  test('one that a profile names exactly stays', () => {
    const exactly = new Set([`mymlops-torch-${buildAt(1)}`]);
    expect(olderImages(all, 'torch', { ...nobody, exactly }).map(({ id }) => id)).toEqual([buildAt(3)]);
  });
});

test('images that a mymlops.yml names: of every section, profile and instance type, in its own project', () => {
  const config: Config = configSchema.parse({
    instance_types: { unused: { image: 'in-a-type' }, plain: { machine_type: 'e2-standard-4' } },
    commit: { command: 'x', instance: { image: 'family/mymlops-torch' } },
    start: { instance: { image: 'projects/my-project/global/images/in-start' } },
    profiles: {
      a: { commit: { instance: { image: 'family/mymlops-a' } } },
      b: { start: { instance: { image: 'in-profile' } } },
      c: { commit: { instance: { image: 'projects/other/global/images/elsewhere' } } },
      d: { commit: { instance: { snapshot: 'snap' } } },
    },
  });
  const { exactly, families } = namedImages(config, 'my-project');
  expect([...exactly].toSorted()).toEqual(['in-a-type', 'in-profile', 'in-start']);
  expect([...families].toSorted()).toEqual(['mymlops-a', 'mymlops-torch']);
});

describe('a removal', () => {
  const [newest, older, failed] = [ready({ hour: 3 }), ready({ hour: 2 }), unmade('failed', { hour: 1 })];
  const all = [newest, older, failed];
  const names = (exactly: string[], families: string[]): NamedImages => ({
    exactly: new Set(exactly),
    families: new Set(families),
  });
  const image = (found: FoundImage): string => found.document.image ?? '';

  test.each<[what: string, removed: FoundImage[], named: NamedImages, sentence: RegExp | null]>([
    ['of all, which nothing names', all, nobody, null],
    ['of the newest of a family that has another', [newest], names([], ['mymlops-torch']), null],
    ['of a failed build of a family that is named', [failed], names([], ['mymlops-torch']), null],
    [
      'of all of a family that is named',
      all,
      names([], ['mymlops-torch']),
      /family\/mymlops-torch, whose last image it is/,
    ],
    ['of all of another family', all, names([], ['mymlops-jax']), null],
    [
      'of an exactly named one',
      [older],
      names([image(older)], []),
      /stays: mymlops\.yml names it\. Name another image/,
    ],
    ['beside an exactly named one', [newest, failed], names([image(older)], []), null],
    [
      'of a build that goes on',
      [listed({ hour: 4 })],
      nobody,
      /is queued\. End it first: mymlops-client image cancel 20/,
    ],
  ])('%s', (_what, removed, named, sentence) => {
    const refuse = (): void => refuseNeeded(removed, { all, named, deployment: 'mymlops' });
    if (sentence) expect(refuse).toThrow(sentence);
    else expect(refuse).not.toThrow();
  });

  test('the last one of a family, after the others', () => {
    const named = names([], ['mymlops-torch']);
    expect(() => refuseNeeded([older], { all: [older, failed], named, deployment: 'mymlops' })).toThrow(
      `${image(older)} stays: mymlops.yml names family/mymlops-torch, whose last image it is. Name another image there first.`,
    );
  });
});
