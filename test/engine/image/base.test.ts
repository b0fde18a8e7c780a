// The base of a build: its own image, or the deployment's, also that for GPUs on a VM that has none.
import { buildRequest, parseWith, type BuildRequest } from '@mymlops/protocol';
import { imageKind } from '../../../functions/src/engine/image/kind';
import { EMPTY_IMAGE } from '../../../functions/src/engine/image/observe';
import { aVm } from '../../fakes/builders';
import { fakeGoogle } from '../../fakes/google';
import { aBuild } from '../../control/image-builds';

const { settings } = fakeGoogle().context;

function sourceOf(fields: Partial<BuildRequest>): string | undefined {
  const { periods, ...vm } = aVm({ name: 'vm-1', zone: 'z-a', machine: 'e2-standard-4' });
  // It has not reported yet: what a run's VM would say does not count.
  const silent = Object.entries(periods).map(([number, period]) => [number, { ...period, reports: {} }] as const);
  const state = {
    ...EMPTY_IMAGE,
    request: aBuild(fields),
    attempts: { 1: { vm: { ...vm, periods: Object.fromEntries(silent) } } },
  };
  return imageKind.insertBodyOf(state, 1, settings).disks[0]?.initializeParams?.sourceImage;
}

test('the deployment has one image for VMs without and one for VMs with a GPU', () => {
  expect(settings.gpuImage).not.toBe(settings.image);
  expect(sourceOf({})).toBe(settings.image);
  expect(sourceOf({ gpuImage: true })).toBe(settings.gpuImage);
  expect(sourceOf({ machine: { provisioning: 'standard', image: 'family/x' } })).toMatch(/global\/images\/family\/x$/);
});

test('a build has one base', () => {
  expect(parseWith(buildRequest, aBuild({ gpuImage: true }))).toMatchObject({ ok: true });
  for (const source of [{ image: 'x' }, { snapshot: 'x' }]) {
    const request = aBuild({ gpuImage: true, machine: { provisioning: 'standard', ...source } });
    expect(parseWith(buildRequest, request)).toMatchObject({ ok: false, error: 'message: two bases' });
  }
});
