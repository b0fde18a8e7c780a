// How Google's administration is opened, and as whom.
import type { AuthClient } from 'google-auth-library';
import type { Refusal } from './port';

export type Service =
  | 'cloudbilling'
  | 'cloudresourcemanager'
  | 'compute'
  | 'firestore'
  | 'iamcredentials'
  | 'oauth2'
  | 'orgpolicy'
  | 'pubsub'
  | 'secretmanager'
  | 'serviceusage'
  | 'storage';

export interface AdministrationOptions {
  project: string;
  /** Email address of a service account that all calls are made as. */
  impersonate?: string;
  /** Whether a call that Google refused so is to be made again. Resolves after a pause; by default no call is. */
  mayPass?: (refusal: Refusal) => Promise<boolean>;
  /** Other addresses than Google's, such as http://127.0.0.1:8080, for tests. */
  hosts?: Partial<Record<Service, string>>;
  /** An access token of a person, instead of the application default credentials, for tests. */
  token?: string;
}

export interface SignedIn {
  client: AuthClient;
  isPerson: boolean;
  /** Known without a call. */
  email?: string;
}
