// An apply that fails because something new is not known everywhere yet: real Terraform with the stand-in of Google's provider.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTerraform } from '../../../../client/src/deployment/terraform/find-terraform';
import {
  openTerraformFolder,
  type TerraformFolder,
} from '../../../../client/src/deployment/terraform/terraform-folder';
import { HEAD } from '../../../deploy/gcp/roots';
import { startTerraformGoogle, type TerraformGoogle } from '../../../fakes/terraform-google';
import { describeTerraform } from '../../../parts';

const ROOT = `${HEAD}
resource "google_service_account" "agent" { account_id = "a-agent" }
resource "google_pubsub_topic" "one" { name = "one" }
resource "google_pubsub_topic_iam_member" "agent" {
  topic  = google_pubsub_topic.one.name
  role   = "roles/pubsub.publisher"
  member = google_service_account.agent.member
}
`;
const LATE = 'Error 400: Service account a-agent@my-project.iam.gserviceaccount.com does not exist., badRequest';

describeTerraform('an apply', () => {
  let folder: string;
  let provider: TerraformGoogle;
  let terraform: TerraformFolder;
  let nowMs: number;
  let slept: number[];
  const said: string[] = [];
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mymlops-patience-'));
    writeFileSync(join(folder, 'main.tf'), ROOT);
    provider = await startTerraformGoogle({});
    said.length = 0;
    slept = [];
    nowMs = 0;
    const { PATH, HOME } = process.env;
    const env = { PATH, HOME };
    const context = {
      env,
      notice: (line: string) => void said.push(line),
      ask: () => Promise.resolve(null),
      interrupted: new AbortController().signal,
    };
    terraform = openTerraformFolder({
      ...{ context, program: await findTerraform(env), folder, environment: provider.environment },
      now: () => nowMs,
      sleep: async (ms) => {
        slept.push(ms);
        nowMs += ms;
      },
    });
    await terraform.init();
    expect(await terraform.plan()).toEqual({ changes: true });
  });
  afterEach(() => {
    provider.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const fails = (error: string, times = 1, type = 'google_pubsub_topic_iam_member'): void =>
    provider.google.failNext({ type, error, times });

  test('waits for a new account, and does the rest', async () => {
    fails(LATE, 2);
    await terraform.apply();
    expect(slept).toEqual([60_000, 60_000]);
    expect(said).toContain(
      'Google does not know a service account everywhere yet. Waiting a minute, then applying the rest.',
    );
    expect(await terraform.plan()).toEqual({ changes: false });
  });

  test('gives up after the third time', async () => {
    fails(LATE, 3);
    await expect(terraform.apply()).rejects.toThrow('does not exist');
    expect(slept).toHaveLength(2);
  });

  test('does not wait for what does not pass, and says it in Google words', async () => {
    fails("Error 403: Permission 'pubsub.topics.setIamPolicy' denied on resource, forbidden");
    await expect(terraform.apply()).rejects.toThrow(
      /^google_pubsub_topic_iam_member\.agent: .*Permission 'pubsub\.topics\.setIamPolicy' denied/,
    );
    expect(slept).toEqual([]);
  });

  test('does not wait if one of several errors does not pass', async () => {
    fails('Error 403: denied, forbidden', 1, 'google_pubsub_topic');
    fails('Error 400: Unknown service account, badRequest', 1, 'google_service_account');
    await expect(terraform.apply()).rejects.toThrow('denied');
    expect(slept).toEqual([]);
  });

  test('a name that is taken ends with the line that takes it in', async () => {
    fails('Error 409: Resource already exists in the project (resource=one)., alreadyExists', 1, 'google_pubsub_topic');
    await expect(terraform.apply()).rejects.toThrow(
      "--import 'google_pubsub_topic.one=projects/my-project/topics/one'",
    );
  });

  test("a policy of the organisation is named, with Google's own sentence", async () => {
    const error =
      'Error 412: Constraint constraints/iam.disableServiceAccountCreation violated for project., conditionNotMet';
    fails(error, 1, 'google_service_account');
    await expect(terraform.apply()).rejects.toThrow(
      /violated for project[^]*A policy of your organisation is in the way: constraints\/iam\.disableServiceAccountCreation/,
    );
  });
});
