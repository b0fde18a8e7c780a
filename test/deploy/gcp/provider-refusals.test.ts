// Refusals of the stand-in of Terraform's google provider, through `terraform validate`.
import { openRoot } from './roots';
import { describeTerraform } from '../../parts';

describeTerraform('Terraform validate', () => {
  describe('what is refused before anything is made', () => {
    const role = (more: string) => `resource "google_project_iam_custom_role" "one" {\n${more}\n}`;
    const subscription = (more: string) => `resource "google_pubsub_subscription" "one" {\n${more}\n}`;
    test.each([
      [
        'an attribute that does not exist',
        role('role_id = "one"\ntitle = "One"\npermissions = ["pubsub.topics.publish"]\nrights = []'),
        'Unsupported argument',
      ],
      [
        'a required one that is missing',
        role('role_id = "one"\npermissions = ["pubsub.topics.publish"]'),
        'The argument "title" is required',
      ],
      [
        'a permission that nobody knows',
        role('role_id = "one"\ntitle = "One"\npermissions = ["pubsub.topics.shout"]'),
        '"pubsub.topics.shout" must be a permission',
      ],
      [
        'a stage that does not exist',
        role('role_id = "one"\ntitle = "One"\nstage = "NEW"\npermissions = ["pubsub.topics.publish"]'),
        'expected stage to be one of',
      ],
      [
        'a deadline of more than ten minutes',
        subscription('name = "one"\ntopic = "t"\nack_deadline_seconds = 601'),
        'ack_deadline_seconds: 601 must be 10 to 600 seconds',
      ],
      [
        'a backoff over 600 s',
        subscription('name = "one"\ntopic = "t"\nretry_policy {\nmaximum_backoff = "601s"\n}'),
        'must be 0s to 600s',
      ],
      [
        'four deliveries before the dead letter',
        subscription(
          'name = "one"\ntopic = "t"\ndead_letter_policy {\ndead_letter_topic = "projects/p/topics/t"\nmax_delivery_attempts = 4\n}',
        ),
        'must be 5 to 100',
      ],
      [
        'a topic whose messages may lie in no region',
        'resource "google_pubsub_topic" "one" {\nname = "one"\nmessage_storage_policy {\nallowed_persistence_regions = []\n}\n}',
        'message_storage_policy.allowed_persistence_regions: [] must be one region or more',
      ],
      [
        'a topic whose messages may lie in a continent',
        'resource "google_pubsub_topic" "one" {\nname = "one"\nmessage_storage_policy {\nallowed_persistence_regions = ["EU"]\n}\n}',
        'message_storage_policy.allowed_persistence_regions: ["EU"] must be one region or more',
      ],
      [
        'a bucket named after Google',
        'resource "google_storage_bucket" "one" {\nname = "my-google-bucket"\nlocation = "eu"\n}',
        'must be 3 to 63',
      ],
      [
        'a lifecycle rule without a condition',
        'resource "google_storage_bucket" "one" {\nname = "one-bucket"\nlocation = "eu"\nlifecycle_rule {\naction {\ntype = "Delete"\n}\ncondition {}\n}\n}',
        'a condition must name at least one thing',
      ],
      [
        'a member without its kind',
        'resource "google_project_iam_member" "one" {\nproject = "my-project"\nrole = "roles/viewer"\nmember = "ada@example.com"\n}',
        'must be a member with its kind',
      ],
      [
        'a condition whose quote is open',
        'resource "google_project_iam_member" "one" {\nproject = "my-project"\nrole = "roles/run.invoker"\nmember = "user:ada@example.com"\ncondition {\ntitle = "t"\nexpression = "resource.name == \\"x"\n}\n}',
        'an expression of CEL',
      ],
      [
        'a job with no target',
        'resource "google_cloud_scheduler_job" "one" {\nname = "one"\nschedule = "* * * * *"\n}',
        'must be specified, and only one',
      ],
      [
        'a secret replicated in two ways',
        'resource "google_secret_manager_secret" "one" {\nsecret_id = "one"\nreplication {\nauto {}\nuser_managed {\nreplicas {\nlocation = "europe-west4"\n}\n}\n}\n}',
        'must be specified, and only one',
      ],
      ['an account with a short name', 'resource "google_service_account" "one" {\naccount_id = "short"\n}', '6 to 30'],
    ])('%s', async (_what, text, sentence) => {
      const { terraform, google } = await openRoot(text);
      const { code, text: printed } = await terraform.validate();
      expect(printed).toContain(sentence);
      expect(code).toBe(1);
      expect(google.state()).toEqual({});
    });
  });
});
