// The floor of a cold start with a call of Compute Engine: the same function with the whole of Google's package for it.
import { InstancesClient } from '@google-cloud/compute';
import { cloudEvent } from '@google-cloud/functions-framework';
import { OAuth2Client } from 'google-auth-library';
import { write } from './cold-start-write.mjs';

const { compute, token } = JSON.parse(process.env.FLOOR);
const authClient = new OAuth2Client({ transporterOptions: { fetchImplementation: fetch } });
authClient.setCredentials({ access_token: token });
const [apiEndpoint, port] = compute.split(':');
const client = new InstancesClient({
  ...{ projectId: 'local', apiEndpoint, port: Number(port), protocol: 'http', authClient },
});

cloudEvent('call', async (event) => {
  await client.get({ project: 'local', zone: 'local-a', instance: 'gone' }).catch((error) => {
    if (Number(error.code) !== 404) throw error;
  });
  await write(event);
});
