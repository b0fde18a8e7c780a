// The stand-in of Terraform's google provider when Google refuses a call, and what a destroy keeps.
import { HEAD, openRoot } from './roots';
import { describeTerraform } from '../../parts';

describeTerraform('Terraform, when Google refuses', () => {
  const DATABASE = `
resource "google_firestore_database" "runs" {
  name            = "a-runs"
  location_id     = "europe-west4"
  type            = "FIRESTORE_NATIVE"
  deletion_policy = "ABANDON"
}
`;

  describe('failures', () => {
    const TWO = `
resource "google_service_account" "agent" { account_id = "a-agent" }
resource "google_pubsub_topic" "one" { name = "one" }
resource "google_pubsub_topic_iam_member" "one" {
  topic  = google_pubsub_topic.one.name
  role   = "roles/pubsub.publisher"
  member = google_service_account.agent.member
}`;

    test('an account that is not known yet: the rest is in the state, and the next apply goes on', async () => {
      const { terraform, google } = await openRoot(TWO);
      const error = 'Error 400: Service account a-agent@my-project.iam.gserviceaccount.com does not exist., badRequest';
      google.failNext({ type: 'google_pubsub_topic_iam_member', error });
      const first = await terraform.apply();
      expect(first.code).toBe(1);
      expect(first.text).toContain(`Error creating PubsubTopicIamMember: googleapi: ${error}`);
      expect(await terraform.addresses()).toEqual(['google_pubsub_topic.one', 'google_service_account.agent']);
      expect((await terraform.apply()).text).toContain('1 added, 0 changed, 0 destroyed');
      expect(await terraform.plan()).toMatchObject({ code: 0 });
    });

    test('a topic that was made, although Google answered with an error, is made anew', async () => {
      const { terraform, google } = await openRoot('resource "google_pubsub_topic" "one" { name = "one" }');
      google.failNext({ type: 'google_pubsub_topic', error: 'Error 503: try again, backendError', kept: true });
      expect(await terraform.apply()).toMatchObject({ code: 1 });
      expect((await terraform.apply()).text).toContain('1 added, 0 changed, 1 destroyed');
      expect(await terraform.plan()).toMatchObject({ code: 0 });
    });

    test.each(['update', 'delete', 'read'] as const)(
      'of a call to %s: the resource stays in the state',
      async (call) => {
        const topic = (labels: string) =>
          `resource "google_pubsub_topic" "one" {\nname = "one"\nlabels = { a = "${labels}" }\n}`;
        const { terraform, google } = await openRoot(topic('a'));
        await terraform.apply();
        await terraform.write({ 'main.tf': HEAD + topic('b') });
        google.failNext({ type: 'google_pubsub_topic', call, error: 'Error 403: denied, forbidden' });
        const { code, text } = call === 'delete' ? await terraform.destroy() : await terraform.apply();
        expect(text).toContain('googleapi: Error 403: denied, forbidden');
        expect(code).toBe(1);
        expect(await terraform.addresses()).toEqual(['google_pubsub_topic.one']);
      },
    );

    test('an API that is off, until it is enabled', async () => {
      const { terraform, google } = await openRoot(TWO, ['iam.googleapis.com']);
      const { code, text } = await terraform.apply();
      expect(text).toContain('pubsub.googleapis.com has not been used in project');
      expect(code).toBe(1);
      google.create('google_project_service', { project: 'my-project', service: 'pubsub.googleapis.com' });
      expect(await terraform.apply()).toMatchObject({ code: 0 });
    });

    test('what exists is refused; imported, it is taken in without a difference', async () => {
      const { terraform, google } = await openRoot(
        'resource "google_secret_manager_secret" "one" {\nsecret_id = "one"\nreplication {\nauto {}\n}\n}',
      );
      google.put('google_secret_manager_secret', {
        project: 'my-project',
        secret_id: 'one',
        replication: [{ auto: [{}] }],
      });
      expect((await terraform.apply()).text).toContain('Error 409: projects/my-project/secrets/one already exists');
      expect(
        await terraform.run(
          'import',
          '-no-color',
          'google_secret_manager_secret.one',
          'projects/my-project/secrets/one',
        ),
      ).toMatchObject({ code: 0 });
      expect(await terraform.apply()).toMatchObject({ code: 0 });
      expect(await terraform.plan()).toMatchObject({ code: 0 });
    });

    test.each([
      ['google_storage_bucket', 'some-bucket'],
      ['google_firestore_database', 'my-project/a-runs'],
      ['google_service_account', 'projects/my-project/serviceAccounts/a-agent@my-project.iam.gserviceaccount.com'],
      ['google_project_iam_custom_role', 'projects/my-project/roles/one'],
    ])('what does not exist is not imported: %s', async (type, id) => {
      const { terraform } = await openRoot(`resource "${type}" "one" {}`.replace('{}', bodyOf(type)));
      const { code, text } = await terraform.run('import', '-no-color', `${type}.one`, id);
      expect(text).toContain('Cannot import non-existent remote object');
      expect(code).toBe(1);
    });
  });

  function bodyOf(type: string): string {
    const bodies: Record<string, string> = {
      google_storage_bucket: '{\nname = "some-bucket"\nlocation = "eu"\n}',
      google_firestore_database: '{\nname = "a-runs"\nlocation_id = "eur3"\ntype = "FIRESTORE_NATIVE"\n}',
      google_service_account: '{\naccount_id = "a-agent"\n}',
      google_project_iam_custom_role: '{\nrole_id = "one"\ntitle = "One"\npermissions = ["pubsub.topics.publish"]\n}',
    };
    return bodies[type] ?? '{}';
  }

  describe('destroy', () => {
    test('keeps a database whose policy is ABANDON, and all that is in it', async () => {
      const { terraform, google } = await openRoot(DATABASE);
      await terraform.apply();
      expect(await terraform.destroy()).toMatchObject({ code: 0 });
      expect(Object.keys(google.state())).toEqual(['google_firestore_database']);
      expect(await terraform.addresses()).toEqual([]);
    });

    test('refuses a bucket with objects, unless it is forced', async () => {
      const bucket = (force: boolean) =>
        `resource "google_storage_bucket" "one" {\nname = "one-bucket"\nlocation = "eu"\nforce_destroy = ${force}\n}`;
      const { terraform, google } = await openRoot(bucket(false));
      await terraform.apply();
      google.put('google_storage_bucket_object', { bucket: 'one-bucket', name: 'result' });
      expect((await terraform.destroy()).text).toContain('Error trying to delete bucket one-bucket containing objects');
      await terraform.write({ 'main.tf': HEAD + bucket(true) });
      await terraform.apply();
      expect(await terraform.destroy()).toMatchObject({ code: 0 });
      expect(google.state()).toEqual({});
    });

    test('leaves an API enabled', async () => {
      const { terraform, google } = await openRoot(
        'resource "google_project_service" "one" {\nservice = "run.googleapis.com"\ndisable_on_destroy = false\n}',
      );
      await terraform.apply();
      expect(await terraform.destroy()).toMatchObject({ code: 0 });
      expect(Object.keys(google.state())).toEqual(['google_project_service']);
    });
  });
});
