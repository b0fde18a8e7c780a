// The real client of Google's administration, on a stand-in that ends with the test.
import { openAdministration, type Administration } from '../../../client/src/google/administration';
import {
  startGoogleAdministration,
  type FakeAdministration,
  type GoogleOptions,
} from '../../fakes/google-administration';

const closing: FakeAdministration[] = [];
afterEach(async () => {
  for (const google of closing.splice(0)) await google.close();
});

export interface Opened extends FakeAdministration {
  administration: Administration;
}

/** By default with the token that the stand-in accepts. */
export async function openWith(
  options: GoogleOptions,
  more: { token?: string; impersonate?: string } = {},
): Promise<Opened> {
  const google = await startGoogleAdministration(options);
  closing.push(google);
  const { hosts, token } = google;
  return { ...google, administration: openAdministration({ project: 'my-project', hosts, token, ...more }) };
}

/** The value of an answer. Throws for a refusal. */
export function valueOf<T>(answer: { refusal?: object; value?: T }): T {
  if (answer.value === undefined) throw new Error(JSON.stringify(answer.refusal));
  return answer.value;
}
