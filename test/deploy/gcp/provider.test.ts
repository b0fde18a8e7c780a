// The stand-in of Terraform's google provider, through Terraform itself: what a plan, an apply and a destroy do.
import { HEAD, openRoot } from './roots';
import { describeTerraform } from '../../parts';

describeTerraform('Terraform with the stand-in', () => {
  const FUNCTION = (variables: string) => `
resource "google_storage_bucket" "source" {
  name     = "some-source"
  location = "europe-west4"
  labels   = { deployment = "a" }
}

resource "google_storage_bucket_object" "source" {
  name    = "functions.zip"
  bucket  = google_storage_bucket.source.name
  content = "zip"
}

resource "google_service_account" "request" {
  account_id = "a-request"
}

resource "google_cloudfunctions2_function" "request" {
  name     = "a-request"
  location = "europe-west4"
  build_config {
    runtime     = "nodejs24"
    entry_point = "request"
    source {
      storage_source {
        bucket = google_storage_bucket.source.name
        object = google_storage_bucket_object.source.name
      }
    }
  }
  service_config {
    service_account_email = google_service_account.request.email
    environment_variables = ${variables}
  }
}

resource "google_pubsub_topic" "requests" {
  name = "a-requests"
}

resource "google_pubsub_subscription" "requests" {
  name  = "a-requests"
  topic = google_pubsub_topic.requests.id
  push_config {
    push_endpoint = "\${google_cloudfunctions2_function.request.service_config[0].uri}/projects/my-project/topics/a-requests"
    oidc_token {
      service_account_email = google_service_account.request.email
      audience              = google_cloudfunctions2_function.request.service_config[0].uri
    }
  }
  expiration_policy {
    ttl = ""
  }
}

output "uri" {
  value = google_cloudfunctions2_function.request.service_config[0].uri
}
`;

  const DATABASE = `
resource "google_firestore_database" "runs" {
  name            = "a-runs"
  location_id     = "europe-west4"
  type            = "FIRESTORE_NATIVE"
  deletion_policy = "ABANDON"
}
`;

  test('applied, the next plan has no difference, and destroy leaves nothing', async () => {
    const { terraform, google } = await openRoot(FUNCTION('{ LOG_EXECUTION_ID = "true" }'));
    expect(await terraform.plan()).toMatchObject({ code: 2 });
    const applied = await terraform.apply();
    expect(applied.text).toContain('6 added');
    expect(await terraform.plan()).toMatchObject({ code: 0 });
    const { uri } = await terraform.outputs();
    expect(uri?.value).toMatch(/^https:\/\/a-request-[a-z]{10}-[a-z]{2}\.a\.run\.app$/);
    expect(google.state('google_pubsub_subscription')).toMatchObject({
      google_pubsub_subscription: {
        'projects/my-project/subscriptions/a-requests': {
          ack_deadline_seconds: 10,
          expiration_policy: [{ ttl: '' }],
          push_config: [
            {
              push_endpoint: `${String(uri?.value)}/projects/my-project/topics/a-requests`,
              oidc_token: [{ audience: uri?.value }],
            },
          ],
        },
      },
    });
    expect(google.state('google_storage_bucket')).toMatchObject({
      google_storage_bucket: {
        'some-source': {
          location: 'EUROPE-WEST4',
          soft_delete_policy: [{ retention_duration_seconds: 604_800 }],
          effective_labels: { deployment: 'a', 'goog-terraform-provisioned': 'true' },
        },
      },
    });
    expect((await terraform.destroy()).text).toContain('6 destroyed');
    expect(google.state()).toEqual({});
  });

  describe('what differs in each plan', () => {
    test('a function without LOG_EXECUTION_ID', async () => {
      const { terraform } = await openRoot(FUNCTION('{ DEPLOYMENT = "a" }'));
      expect(await terraform.apply()).toMatchObject({ code: 0 });
      const { code, stdout } = await terraform.plan();
      expect(stdout).toMatch(/- "LOG_EXECUTION_ID" += "true" -> null/);
      expect(code).toBe(2);
    });

    test.each([
      ['an integer as a number', '{ n = { integerValue = 5 } }', 2],
      ['an integer as a string', '{ n = { integerValue = "5" } }', 0],
      ['keys in another order', '{ z = { stringValue = "<&>" }, a = { booleanValue = true } }', 0],
      ['an empty map with fields', '{ n = { mapValue = { fields = {} } } }', 2],
    ])('a document with %s: exit code of the plan', async (_what, fields, code) => {
      const { terraform } = await openRoot(`${DATABASE}
resource "google_firestore_document" "settings" {
  database    = google_firestore_database.runs.name
  collection  = "deployment"
  document_id = "settings"
  fields      = jsonencode(${fields})
}`);
      expect(await terraform.apply()).toMatchObject({ code: 0 });
      expect(await terraform.plan()).toMatchObject({ code });
    });

    test('a dead letter policy without a number of attempts', async () => {
      const { terraform } = await openRoot(`
resource "google_pubsub_topic" "one" { name = "one" }
resource "google_pubsub_subscription" "one" {
  name  = "one"
  topic = google_pubsub_topic.one.name
  dead_letter_policy {
    dead_letter_topic = google_pubsub_topic.one.id
  }
}`);
      expect(await terraform.apply()).toMatchObject({ code: 0 });
      expect((await terraform.plan()).stdout).toMatch(/max_delivery_attempts += 5 -> null/);
    });

    test('what somebody else changed or removed', async () => {
      const { terraform, google } = await openRoot('resource "google_pubsub_topic" "one" { name = "one" }');
      await terraform.apply();
      google.remove('google_pubsub_topic', 'projects/my-project/topics/one');
      expect((await terraform.plan()).text).toContain('1 to add, 0 to change');
    });
  });

  test('another region makes a database and what is in it anew; another title changes a role in place', async () => {
    const root = (location: string, title: string) => `${DATABASE.replace('europe-west4', location)}
resource "google_project_iam_custom_role" "one" {
  role_id     = "one"
  title       = "${title}"
  permissions = ["pubsub.topics.publish"]
}`;
    const { terraform } = await openRoot(root('europe-west4', 'One'));
    await terraform.apply();
    await terraform.write({ 'main.tf': HEAD + root('europe-west1', 'Two') });
    const { text } = await terraform.plan();
    expect(text).toContain('google_firestore_database.runs must be replaced');
    expect(text).toContain('google_project_iam_custom_role.one will be updated in-place');
  });

  test('an object is uploaded anew when its file has another content, and only then', async () => {
    const { terraform } = await openRoot(`
resource "google_storage_bucket" "one" {
  name     = "one-bucket"
  location = "eu"
}
resource "google_storage_bucket_object" "one" {
  name   = "functions.zip"
  bucket = google_storage_bucket.one.name
  source = "\${abspath(path.root)}/functions.zip"
}`);
    await terraform.write({ 'functions.zip': 'one' });
    expect(await terraform.apply()).toMatchObject({ code: 0 });
    expect(await terraform.plan()).toMatchObject({ code: 0 });
    await terraform.write({ 'functions.zip': 'two' });
    expect(await terraform.plan()).toMatchObject({ code: 2 });
    expect((await terraform.apply()).text).toContain('0 added, 1 changed');
    expect(await terraform.plan()).toMatchObject({ code: 0 });
  });

  test('the address of an account is known in the plan', async () => {
    const { terraform } = await openRoot(`
resource "google_service_account" "one" { account_id = "one-account" }
resource "google_project_iam_member" "one" {
  for_each = toset([google_service_account.one.member])
  project  = "my-project"
  role     = "roles/run.invoker"
  member   = each.key
}`);
    expect((await terraform.apply()).text).toContain('2 added');
  });

  test('data of the project', async () => {
    const { terraform } = await openRoot(
      'data "google_project" "this" {}\noutput "number" {\nvalue = data.google_project.this.number\n}',
    );
    await terraform.apply();
    expect(await terraform.outputs()).toMatchObject({ number: { value: '123456789012' } });
  });
});
