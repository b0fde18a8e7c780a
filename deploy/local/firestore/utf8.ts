// Texts in protobuf are UTF-8, and Google refuses a message with another one. Google's own library for Node writes half a
// character (a lone surrogate) as three bytes that are none, and reads them back as replacement characters.
import type { ServiceDefinition } from '@grpc/grpc-js';

const REPLACEMENT = Buffer.from('\ufffd');

/** The service, refusing requests with a text that is not UTF-8. */
export function withTextCheck(service: ServiceDefinition): ServiceDefinition {
  const methods = Object.entries(service).map(([name, method]) => {
    const { requestDeserialize } = method;
    const checked = (bytes: Buffer): unknown => {
      const message: unknown = requestDeserialize(bytes);
      if (replacementsIn(message) > countOf(REPLACEMENT, bytes)) throw new Error('a text is not UTF-8');
      return message;
    };
    return [name, { ...method, requestDeserialize: checked }];
  });
  return Object.fromEntries(methods) as ServiceDefinition;
}

/** Replacement characters in the texts of a message: each that its sender did not write stands for bytes that are none. */
function replacementsIn(value: unknown): number {
  if (typeof value === 'string') return value.includes('\ufffd') ? value.split('\ufffd').length - 1 : 0;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce((sum, [name, inner]) => sum + replacementsIn(name) + replacementsIn(inner), 0);
}

function countOf(part: Buffer, bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(part); at >= 0; at = bytes.indexOf(part, at + part.length)) count++;
  return count;
}
