// The options of `image build`: which of them go together, and what is wrong with the others.
import { type BuildOptions, checkOptions } from '../../../client/src/images/build-options';

test('a setup of the user', () => {
  expect(checkOptions('torch', { setup: 'setup.sh' })).toEqual({
    ...{ name: 'torch', setup: 'setup.sh', secrets: [], maxBuildSeconds: 7200 },
  });
  const options = { setup: 's', secret: ['A', 'B', 'A'], disk: '200GB', maxTime: '30m', gpu: true };
  expect(checkOptions('torch', options)).toEqual({
    ...{ name: 'torch', setup: 's', secrets: ['A', 'B'], maxBuildSeconds: 1800, diskGb: 200 },
  });
});

test('--base names its image', () => {
  expect(checkOptions(undefined, { base: true })).toMatchObject({ name: 'cpu' });
  expect(checkOptions(undefined, { base: true, gpu: true, baseImage: 'family/x' })).toMatchObject({ name: 'gpu' });
  expect(checkOptions(undefined, { base: true })).not.toHaveProperty('setup');
});

test.each<[name: string | undefined, options: BuildOptions, sentence: RegExp]>([
  [undefined, { setup: 's' }, /^Name the image: mymlops-client image build NAME --setup FILE/],
  [undefined, {}, /^Name the image/],
  ['torch', {}, /^Give the script.*image build torch --setup FILE$/],
  ['Torch', { setup: 's' }, /^"Torch" cannot be used: the name of an image has at most 20/],
  ['t'.repeat(21), { setup: 's' }, /cannot be used/],
  ['torch', { base: true }, /^--base names its image itself \(cpu or gpu\)\. Leave out torch/],
  [undefined, { base: true, setup: 's' }, /^--base has a setup of its own: --setup does not go with it/],
  [undefined, { base: true, file: ['f'] }, /--file does not go/],
  [undefined, { base: true, secret: ['A'] }, /--secret does not go/],
  [undefined, { base: true, profile: 'p' }, /--profile does not go/],
  ['torch', { setup: 's', gpu: true, profile: 'p' }, /^--gpu and --profile each choose the base/],
  ['torch', { setup: 's', gpu: true, baseImage: 'b' }, /^--gpu and --base-image each choose the base/],
  ['torch', { setup: 's', baseImage: 'A B' }, /^--base-image must be an image: NAME, family\/NAME.*not A B\.$/],
  ['torch', { setup: 's', machineType: 'N1_' }, /^--machine-type must be one of.*not N1_\.$/],
  ['torch', { setup: 's', disk: 'big' }, /^--disk must be a size in GB, such as 200, from 10 to 65536, not big\.$/],
  ['torch', { setup: 's', disk: '9' }, /from 10 to 65536, not 9\.$/],
  ['torch', { setup: 's', maxTime: 'soon' }, /^--max-time must be a duration such as 30m or 2h, not soon\.$/],
  ['torch', { setup: 's', maxTime: '59' }, /^--max-time must be from 1m to 24h, not 59\.$/],
  ['torch', { setup: 's', maxTime: '25h' }, /^--max-time must be from 1m to 24h, not 25h\.$/],
  ['torch', { setup: 's', secret: ['my-key'] }, /^"my-key" cannot be the name of a secret/],
])('%j with %j', (name, options, sentence) => {
  expect(() => checkOptions(name, options)).toThrow(
    expect.objectContaining({ exitCode: 2, message: expect.stringMatching(sentence) }),
  );
});
