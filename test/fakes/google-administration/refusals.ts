// Refusals in the two forms that Google's services have.
// https://cloud.google.com/apis/design/errors#error_model, https://cloud.google.com/storage/docs/json_api/v1/status-codes

/** The stand-in answers with this error of Google. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    /** JSON, or a text such as a page of HTML. */
    readonly body: object | string,
  ) {
    super(typeof body === 'string' ? body : JSON.stringify(body));
  }
}

const STATUSES: Record<number, string> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
};

export interface ErrorInfo {
  reason: string;
  domain?: string;
  metadata?: Record<string, string>;
}

/** The newer form. */
export function refuse(status: number, message: string, info?: ErrorInfo, name = STATUSES[status]): Refused {
  const help = { '@type': 'type.googleapis.com/google.rpc.Help', links: [{ description: 'Help', url: 'https://x' }] };
  const kind = 'type.googleapis.com/google.rpc.ErrorInfo';
  const details = info && [help, { '@type': kind, domain: 'googleapis.com', ...info }];
  return new Refused(status, { error: { code: status, message, status: name, ...(details && { details }) } });
}

/** The older form, of Compute Engine and Cloud Storage: no status, no details. */
export function refuseOld(status: number, message: string, reason: string): Refused {
  const errors = [{ message, domain: 'global', reason }];
  return new Refused(status, { error: { code: status, message, errors } });
}

/** An address that no service has: Google answers with a page. */
export const notThere = (path: string): Refused =>
  new Refused(
    404,
    `<!DOCTYPE html><title>Error 404 (Not Found)!!1</title><p>The requested URL ${path} was not found on this server.`,
  );
