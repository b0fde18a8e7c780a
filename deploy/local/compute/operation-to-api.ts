// An operation as the resource of Compute Engine's REST API.
import { timeOf } from './api-time';
import { DEFAULT_SERVICE_ACCOUNT } from './catalog';
import type { OperationRecord } from './records';

/** `project`: its URL. One of no zone is global. */
export function operationToApi(operation: OperationRecord, project: string): object {
  const { target } = operation;
  const scope = operation.zone === '' ? `${project}/global` : `${project}/zones/${operation.zone}`;
  const fault = operation.status === 'DONE' ? operation.fault : undefined;
  const httpStatus = fault?.httpStatus ?? 503;
  return {
    kind: 'compute#operation',
    id: operation.id,
    name: operation.name,
    ...(operation.zone !== '' && { zone: scope }),
    selfLink: `${scope}/operations/${operation.name}`,
    operationType: operation.type,
    targetLink: `${scope}/${target.collection}/${target.name}`,
    targetId: target.id,
    clientOperationId: operation.requestId,
    user: DEFAULT_SERVICE_ACCOUNT,
    status: operation.status,
    progress: { PENDING: 0, RUNNING: 50, DONE: 100 }[operation.status],
    insertTime: timeOf(operation.insertedAt),
    startTime: timeOf(operation.startedAt),
    endTime: timeOf(operation.endedAt),
    ...(fault && {
      error: { errors: [{ code: fault.code, message: fault.message, errorDetails: fault.errorDetails }] },
      httpErrorStatusCode: httpStatus,
      httpErrorMessage: HTTP_MESSAGES[httpStatus] ?? 'ERROR',
    }),
  };
}

const HTTP_MESSAGES: Record<number, string> = {
  400: 'BAD REQUEST',
  403: 'FORBIDDEN',
  404: 'NOT FOUND',
  409: 'CONFLICT',
  500: 'INTERNAL SERVER ERROR',
  503: 'SERVICE UNAVAILABLE',
};
