// An apply that fails because something new is not known everywhere yet: real Terraform with the stand-in of Google's provider.
import { describeTerraform } from '../../../parts';
import { openApply, type AnApply } from './an-apply';

const ROOT = `
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
  let terraform: AnApply['terraform'];
  let opened: AnApply;
  beforeEach(async () => {
    opened = await openApply(ROOT);
    terraform = opened.terraform;
  });
  afterEach(() => opened.close());
  const fails = (error: string, times = 1, type = 'google_pubsub_topic_iam_member'): void =>
    opened.provider.google.failNext({ type, error, times });

  test('waits for a new account, and does the rest', async () => {
    fails(LATE, 2);
    await terraform.apply();
    expect(opened.slept).toEqual([60_000, 240_000]);
    expect(opened.said.filter((line) => line.includes('everywhere yet'))).toEqual([
      'Google does not know a service account everywhere yet. Waiting 1 minute, then applying the rest.',
      'Google does not know a service account everywhere yet. Waiting 4 minutes, then applying the rest.',
    ]);
    expect(await terraform.plan()).toEqual({ changes: false });
  });

  test('gives up after the third time', async () => {
    fails(LATE, 3);
    await expect(terraform.apply()).rejects.toThrow('does not exist');
    expect(opened.slept).toHaveLength(2);
  });

  test('does not wait for what does not pass, and says it in Google words', async () => {
    fails("Error 403: Permission 'pubsub.topics.setIamPolicy' denied on resource, forbidden");
    await expect(terraform.apply()).rejects.toThrow(
      /^google_pubsub_topic_iam_member\.agent: .*Permission 'pubsub\.topics\.setIamPolicy' denied/,
    );
    expect(opened.slept).toEqual([]);
  });

  test('does not wait if one of several errors does not pass', async () => {
    fails('Error 403: denied, forbidden', 1, 'google_pubsub_topic');
    fails('Error 400: Unknown service account, badRequest', 1, 'google_service_account');
    await expect(terraform.apply()).rejects.toThrow('denied');
    expect(opened.slept).toEqual([]);
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
