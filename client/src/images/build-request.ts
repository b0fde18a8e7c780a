// A planned build -> its request.
import { buildRequest, type BuildRequest, MAX_REQUEST_BYTES, newRunId, parseWith } from '@mymlops/protocol';
import { ExpectedError } from '../core/errors';
import { sizeText } from '../core/sizes';
import { submitter } from '../runs/submitter';
import type { BuildParts } from './plan-build';

/** `randomInt`: for the id, see newRunId. Throws ExpectedError if a function would refuse the request. */
export function buildRequestOf(parts: BuildParts, now: Date, randomInt: (below: number) => number): BuildRequest {
  const request: BuildRequest = {
    ...{ v: 1, type: 'build', build: newRunId(now, randomInt) },
    ...{ submittedBy: submitter(), submittedAt: now.toISOString(), ...parts },
  };
  const text = JSON.stringify(request);
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_REQUEST_BYTES) {
    throw new ExpectedError(
      `This build is too large: with its files the setup has ${sizeText(bytes)} as JSON, but at most ${sizeText(MAX_REQUEST_BYTES)} are allowed. Let the setup download what is large.`,
    );
  }
  const parsed = parseWith(buildRequest, JSON.parse(text));
  if (parsed.ok) return request;
  throw new ExpectedError(`This build would not be accepted: ${parsed.error}.`);
}
