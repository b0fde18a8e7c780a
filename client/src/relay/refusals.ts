// Why the relay carries a connection no further, with the remedy. https://cloud.google.com/iap/docs/faq

/** Codes with which the relay closes a WebSocket, and statuses with which it answers instead of opening one. */
const SENTENCES: Record<number, string> = {
  401: 'Google does not accept the sign-in. Run: gcloud auth application-default login',
  403: 'Your account lacks iap.tunnelInstances.accessViaIAP. Ask for it: see users in docs/google.md',
  4003: "Nothing answers at the service's port. It must listen at $MYMLOPS_BIND, and the network must let Google's relay in (35.235.240.0/20)",
  4010: 'The service has closed the connection',
  4033: 'Google does not let you through: your account lacks iap.tunnelInstances.accessViaIAP, or the VM is off. See users in docs/google.md',
  4047: 'Google does not find the VM, or it is off',
};

/** A sentence without its full stop. `code`: of the WebSocket's end, or the HTTP status instead of a WebSocket. */
export const refusalText = (code: number, reason: string): string =>
  SENTENCES[code] ?? `Google's relay has closed the connection (${code}${reason === '' ? '' : `: ${reason}`})`;
