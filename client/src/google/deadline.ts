// Google's libraries retry for minutes before they say that nobody answers.
import { ExpectedError } from '../errors';

/** `promise`, or after `deadlineMs` an ExpectedError that names the service. */
export async function within<T>(deadlineMs: number, service: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_resolve, reject) => {
    const sentence = `${service} did not answer within ${Math.round(deadlineMs / 1000)} s. Try again; if it stays so, look at the network or at \`mymlops-client local status\`.`;
    timer = setTimeout(() => reject(new ExpectedError(sentence)), deadlineMs);
  });
  try {
    return await Promise.race([promise, expired]);
  } finally {
    clearTimeout(timer);
  }
}
