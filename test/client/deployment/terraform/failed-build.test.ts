// A function whose build failed: Google keeps it, as the provider knows, and Terraform makes it anew.
import { describeTerraform } from '../../../parts';
import { openApply, type AnApply } from './an-apply';

const ROOT = `
resource "google_pubsub_topic" "one" { name = "one" }
resource "google_service_account" "build" { account_id = "a-build" }
resource "google_storage_bucket" "source" {
  name     = "some-source"
  location = "EU"
}
resource "google_storage_bucket_object" "zip" {
  bucket  = google_storage_bucket.source.name
  name    = "zip"
  content = "x"
}
resource "google_cloudfunctions2_function" "one" {
  name     = "one"
  location = "europe-west4"

  build_config {
    runtime         = "nodejs24"
    entry_point     = "one"
    service_account = google_service_account.build.id
    source {
      storage_source {
        bucket = google_storage_bucket.source.name
        object = google_storage_bucket_object.zip.name
      }
    }
  }
  service_config {
    environment_variables = { LOG_EXECUTION_ID = "true" }
  }
}
`;
// https://github.com/hashicorp/terraform-provider-google/issues/21857
const NO_RIGHT =
  'Error code 7, message: Could not build the function due to a missing permission on the build service account.';
const TYPE = 'google_cloudfunctions2_function';

describeTerraform('a function whose build failed', () => {
  let opened: AnApply;
  beforeEach(async () => {
    opened = await openApply(ROOT);
  });
  afterEach(() => opened.close());

  test('for a right that was given a moment ago: Terraform makes it anew, as was agreed', async () => {
    const { terraform, provider, said } = opened;
    provider.google.failNext({ type: TYPE, error: NO_RIGHT, times: 2 });
    await terraform.apply();
    expect(provider.google.changes.filter((line) => line.includes(TYPE)).map((line) => line.split(' ')[0])).toEqual([
      ...['create', 'delete', 'create', 'delete', 'create'],
    ]);
    expect(said.join('\n')).toContain('Google does not know a right of the account that builds everywhere yet.');
    expect(await terraform.plan()).toEqual({ changes: false });
  });

  test('another removal was not agreed, and ends the apply', async () => {
    const { terraform, provider } = opened;
    provider.google.failNext({ type: TYPE, error: NO_RIGHT });
    // Somebody changes the bucket meanwhile, so that Terraform would make it anew.
    const { create } = provider.google;
    provider.google.create = (type, planned) => {
      try {
        return create(type, planned);
      } catch (error) {
        provider.google.update('google_storage_bucket', 'some-source', {
          ...provider.google.find('google_storage_bucket', 'some-source'),
          location: 'US',
        });
        throw error;
      }
    };
    await expect(terraform.apply()).rejects.toThrow(
      /There is more to do than was shown: .*delete google_storage_bucket\.source/,
    );
  });
});
