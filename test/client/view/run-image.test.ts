// The image of a run's VM: as it was requested, and which one its disk was made of.
import type { RunDocument } from '@mymlops/protocol';
import { fullLines } from '../../../client/src/view/run-lines';
import { showRunsJson } from '../../../client/src/view/run-json';
import { aCommit, anAttempt } from '../../fakes/builders';
import { testContext } from '../context';

const RUN = '20260101-000000-aaaa';
const AT = '2026-01-01T00:00:00.000Z';
const TORCH = 'projects/my-project/global/images/torch-20260101-000000-bbbb';

/** With an attempt for each of `images`, whose agents said so; undefined: one that did not. */
function aRun(images: (string | undefined)[], requested?: string): RunDocument {
  const attempts = images.map((image, index) => {
    const state = { phase: 'boot' as const, phases: { boot: AT }, ...(image !== undefined && { image }) };
    return [index + 1, anAttempt({ period: { reports: { boot_agent: { seq: 1, receivedAt: AT, state } } } })];
  });
  const { machine, ...rest } = aCommit();
  const request = { ...rest, machine: { ...machine, ...(requested !== undefined && { image: requested }) } };
  return { v: 1, status: 'running', message: '', live: true, request, attempts: Object.fromEntries(attempts) };
}

const imageLines = (document: RunDocument): string[] =>
  fullLines(RUN, document, { now: new Date(AT) }).filter((line) => line.startsWith('image'));

test('show had the image that was requested, which may be a family, and not the one that was used', () => {
  expect(imageLines(aRun([TORCH]))).toEqual([`image        ${TORCH}`]);
  expect(imageLines(aRun([TORCH], 'family/torch'))).toEqual([`image        ${TORCH}, requested as family/torch`]);
  expect(imageLines(aRun([TORCH], 'torch-20260101-000000-bbbb'))).toEqual([`image        ${TORCH}`]);
  expect(imageLines(aRun([TORCH], TORCH))).toEqual([`image        ${TORCH}`]);
});

test('each attempt has a VM of its own: the newest that said it counts', () => {
  expect(imageLines(aRun([TORCH, `${TORCH}-2`]))).toEqual([`image        ${TORCH}-2`]);
  expect(imageLines(aRun([TORCH, undefined]))).toEqual([`image        ${TORCH}`]);
});

test('before the first report, and of an earlier agent, it is the requested one', () => {
  expect(imageLines(aRun([], 'family/torch'))).toEqual(['image        family/torch']);
  expect(imageLines(aRun([undefined]))).toEqual([]);
});

test('the same as JSON', () => {
  const shown = (document: RunDocument): unknown => {
    const context = testContext();
    showRunsJson(context, { run: RUN, document });
    return (JSON.parse(context.printed()) as { image?: unknown }).image;
  };
  expect(shown(aRun([TORCH], 'family/torch'))).toBe(TORCH);
  expect(shown(aRun([]))).toBeUndefined();
});
