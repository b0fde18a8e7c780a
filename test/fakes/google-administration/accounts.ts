// The sign-in's own services: whose token it is, and tokens for service accounts that a person may act as.
import { randomUUID } from 'node:crypto';
import type { Tokens } from './gate';
import { refuse, Refused } from './refusals';
import { bodyOf, type Route } from './route';

/** https://developers.google.com/identity/sign-in/web/backend-auth#calling-the-tokeninfo-endpoint */
export const oauth2 = ({ person }: Tokens): readonly Route[] => [
  {
    ...{ method: 'POST', path: /^\/tokeninfo$/ },
    answer({ contentType, body, google }) {
      const sent = /^application\/x-www-form-urlencoded\b/.test(contentType) ? new URLSearchParams(body) : undefined;
      if (google.isFederated || sent?.get('access_token') !== person) {
        throw new Refused(400, { error: 'invalid_token', error_description: 'Invalid Value' });
      }
      const scope = 'https://www.googleapis.com/auth/cloud-platform openid';
      const { email } = google;
      return { azp: 'x', aud: 'x', scope, exp: '1', ...(email !== undefined && { email, email_verified: 'true' }) };
    },
  },
];

/** https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken */
export const iamCredentials = ({ accounts }: Tokens): readonly Route[] => [
  {
    ...{ method: 'POST', path: /^\/v1\/projects\/-\/serviceAccounts\/([^/:]+):generateAccessToken$/ },
    answer(call, account = '') {
      bodyOf(call, ['delegates', 'scope', 'lifetime']);
      if (!call.google.accounts.has(account)) {
        const permission = 'iam.serviceAccounts.getAccessToken';
        throw refuse(403, `Permission '${permission}' denied on resource (or it may not exist).`, {
          ...{ reason: 'IAM_PERMISSION_DENIED', domain: 'iam.googleapis.com', metadata: { permission } },
        });
      }
      const accessToken = randomUUID();
      accounts.set(accessToken, account);
      return { accessToken, expireTime: '2099-01-01T00:00:00Z' };
    },
  },
];
