// The requests of an instance, as the functions take them.
import { type InstanceRequest, MAX_REQUEST_BYTES, parseWith, startRequest, type StartRequest } from '@mymlops/protocol';
import { ExpectedError } from '../core/errors';
import { sizeText } from '../core/sizes';
import { submitter } from '../runs/submitter';

type StartParts = Pick<StartRequest, 'name' | 'uid' | 'period' | 'spec' | 'waitSeconds'>;

/** Throws ExpectedError if a function would refuse it. */
export function startRequestOf(parts: StartParts, now: Date): StartRequest {
  const text = JSON.stringify({ v: 1, type: 'start', by: submitter(), at: now.toISOString(), ...parts });
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_REQUEST_BYTES) {
    throw new ExpectedError(
      `This start is too large: setup, commands and variables have ${sizeText(bytes)} together, but at most ${sizeText(MAX_REQUEST_BYTES)} are allowed. Move large values into a file of the project.`,
    );
  }
  const parsed = parseWith(startRequest, JSON.parse(text));
  if (parsed.ok) return parsed.value;
  throw new ExpectedError(`This start would not be accepted: ${parsed.error}.`);
}

interface Named {
  name: string;
  uid: string;
}

const fields = ({ name, uid }: Named, now: Date) => ({
  ...{ v: 1 as const, name, uid, by: submitter(), at: now.toISOString() },
});

export const stopRequestOf = (named: Named, period: number, now: Date): InstanceRequest => ({
  ...{ ...fields(named, now), type: 'stop', period },
});

/** `untilMs`: it stays on until then. */
export const extendRequestOf = (named: Named, period: number, untilMs: number, now: Date): InstanceRequest => ({
  ...{ ...fields(named, now), type: 'extend', period, until: new Date(untilMs).toISOString() },
});

export const deleteRequestOf = (named: Named, now: Date): InstanceRequest => ({
  ...{ ...fields(named, now), type: 'delete' },
});
