/**
 * For gRPC clients of the local cloud: the libraries ask for the universe of the credentials even if none are used, and
 * without an answer they look for Google's metadata server, which takes seconds on some networks.
 */
export const NO_CREDENTIALS = { clientOptions: { universeDomain: 'googleapis.com' } };
