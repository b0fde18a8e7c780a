// Topics and subscriptions of the module, made on Google's own Pub/Sub emulator from what Terraform has sent.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTerraformGoogle, type Values } from '../../fakes/terraform-google';
import { describeGooglesPubsub, startGooglesPubsub, type PubsubServer } from '../../emulators/pubsub';
import { openTerraform } from './terraform';
import { describeTerraform } from '../../parts';

describeTerraform("Terraform's topics and subscriptions", () => {
  const MODULE = join(__dirname, '../../../deploy/gcp/modules/mymlops');

  type Block = Record<string, string | number>;
  const first = (value: Values[string] | undefined) => (value as Record<string, Block[] & string>[])[0];

  /** As the provider sends it: https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.topics#MessageStoragePolicy */
  const topicOf = ({ effective_labels: labels, message_storage_policy: policy }: Values): object => ({
    labels,
    messageStoragePolicy: { allowedPersistenceRegions: first(policy)?.allowed_persistence_regions },
  });

  /** As the provider sends it: https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions */
  function bodyOf(one: Values): object {
    const [push, retry, dead] = [first(one.push_config), first(one.retry_policy), first(one.dead_letter_policy)];
    const token = push?.oidc_token?.[0];
    return {
      topic: one.topic,
      ackDeadlineSeconds: one.ack_deadline_seconds,
      // The emulator takes 7 days at most, Google 31.
      messageRetentionDuration:
        one.message_retention_duration === '2678400s' ? '604800s' : one.message_retention_duration,
      labels: one.effective_labels,
      expirationPolicy: {},
      ...(push && {
        pushConfig: {
          pushEndpoint: push.push_endpoint,
          oidcToken: { serviceAccountEmail: token?.service_account_email, audience: token?.audience },
        },
      }),
      ...(retry && { retryPolicy: { minimumBackoff: retry.minimum_backoff, maximumBackoff: retry.maximum_backoff } }),
      ...(dead && {
        deadLetterPolicy: {
          deadLetterTopic: dead.dead_letter_topic,
          maxDeliveryAttempts: dead.max_delivery_attempts,
        },
      }),
    };
  }

  describeGooglesPubsub("on Google's emulator", () => {
    let pubsub: PubsubServer;
    beforeAll(async () => void (pubsub = await startGooglesPubsub()));
    afterAll(() => pubsub.close());

    test('every topic and subscription is taken, and read back as it was sent', async () => {
      const provider = await startTerraformGoogle({ projects: ['local1'] });
      const terraform = await openTerraform(provider);
      try {
        const zip = join(terraform.folder, 'functions.zip');
        writeFileSync(zip, 'the functions');
        await terraform.callModule(
          MODULE,
          {
            project: 'local1',
            region: 'europe-west4',
            bucket_suffix: 'bcdfghjk',
            functions_zip: zip,
            functions_version: '0.2.0',
            oldest_client: '0.1.0',
          },
          { project: 'local1' },
        );
        expect(await terraform.init()).toMatchObject({ code: 0 });
        expect(await terraform.apply()).toMatchObject({ code: 0 });
        const made = (type: string) => Object.values(provider.google.state(type)[type] ?? {});
        // The emulator's project is `local`.
        const local = (value: object) =>
          JSON.parse(JSON.stringify(value).replaceAll('projects/local1/', 'projects/local/')) as object;
        for (const one of made('google_pubsub_topic')) {
          const path = `topics/${String(one.name)}`;
          expect(await pubsub.call('PUT', path, topicOf(one))).toMatchObject({ status: 200 });
          expect(await pubsub.call('GET', path)).toMatchObject({ status: 200, body: topicOf(one) });
        }
        const subscriptions = made('google_pubsub_subscription');
        expect(subscriptions).toHaveLength(5);
        for (const one of subscriptions) {
          const path = `subscriptions/${String(one.name)}`;
          expect(one.expiration_policy).toEqual([{ ttl: '' }]);
          expect(await pubsub.call('PUT', path, local(bodyOf(one)))).toMatchObject({
            status: 200,
            body: { name: `projects/local/${path}` },
          });
          expect(await pubsub.call('GET', path)).toMatchObject({ status: 200, body: local(bodyOf(one)) });
        }
      } finally {
        provider.close();
        await terraform.remove();
      }
    });
  });
});
