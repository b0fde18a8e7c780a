// Service Usage: APIs of the project, and operations that take time. https://cloud.google.com/service-usage/docs/reference/rest
import { notThere, refuse } from './refusals';
import { bodyOf, hasPermission, pageOf, requirePermission, requireProject, type Call, type Route } from './route';
import type { FakeOperation, GoogleState } from './state';

/** Google refuses these without a billing account. */
const BILLED = /^(artifactregistry|cloudbuild|cloudfunctions|cloudscheduler|compute|run|secretmanager)\./;
const POLLS = 2;
/** Google answers with this name if all is done already. It cannot be read. */
const NOTHING_TO_DO = 'operations/noop.DONE_OPERATION';

export const serviceUsage: readonly Route[] = [
  {
    ...{ method: 'GET', path: /^\/v1\/projects\/([^/:]+)\/services$/, query: ['filter', 'pageSize', 'pageToken'] },
    answer(call, name = '') {
      requireProject(call, name, 'serviceusage.services.list');
      const { query, google } = call;
      if (query.get('filter') !== 'state:ENABLED') throw refuse(400, 'This stand-in lists enabled services only.');
      if (Number(query.get('pageSize') ?? 50) > 200) throw refuse(400, 'The page size is over 200.');
      const { page, ...next } = pageOf(call, [...google.enabled].toSorted());
      const parent = `projects/${google.project.number}`;
      const services = page.map((api) => ({
        name: `${parent}/services/${api}`,
        config: { name: api },
        state: 'ENABLED',
        parent,
      }));
      return { ...(services.length > 0 && { services }), ...next };
    },
  },
  {
    ...{ method: 'POST', path: /^\/v1\/projects\/([^/:]+)\/services:batchEnable$/ },
    answer(call, name = '') {
      requireProject(call, name, 'serviceusage.services.get');
      const { serviceIds = [] } = bodyOf<{ serviceIds: string[] }>(call, ['serviceIds']);
      const { google } = call;
      if (serviceIds.length === 0) throw refuse(400, 'At least one service must be given.');
      if (serviceIds.length > 20) throw refuse(400, 'A single request can enable a maximum of 20 services at a time.');
      requireEnabling(call, serviceIds);
      const missing = serviceIds.filter((api) => !google.enabled.has(api));
      if (missing.length === 0) return { name: NOTHING_TO_DO, done: true, response: {} };
      requireBilling(call, missing);
      return begin(call, { version: 'v1', effect: () => missing.forEach((api) => enable(google, api)) });
    },
  },
  {
    ...{ method: 'POST', path: /^\/v1beta1\/projects\/([^/:]+)\/services\/([^/:]+):generateServiceIdentity$/ },
    answer(call, name = '', api = '') {
      requireProject(call, name, 'serviceusage.services.get');
      requireEnabling(call, [api]);
      bodyOf(call, []);
      const { agents } = call.google;
      if (agents.includes(api)) return { name: 'operations/finished.DONE_OPERATION', done: true, response: {} };
      return begin(call, { version: 'v1beta1', effect: () => agents.push(api) });
    },
  },
  {
    ...{ method: 'GET', path: /^\/(v1|v1beta1)\/(operations\/[^/:]+)$/ },
    answer(call, version = '', name = '') {
      const { operations } = call.google;
      requirePermission(call, 'serviceusage.operations.get', name);
      const found = operations.get(name);
      if (!found || found.version !== version) throw notThere(call.path);
      found.pollsLeft -= 1;
      if (found.pollsLeft > 0) return { name };
      const { error, effect } = found;
      if (error) return { name, done: true, error };
      if (found.pollsLeft === 0) effect();
      return { name, done: true, response: {} };
    },
  },
];

/** Not known everywhere at once: https://cloud.google.com/service-usage/docs/enable-disable */
function enable({ enabled, late, lateCalls }: GoogleState, api: string): void {
  enabled.add(api);
  late.set(api, lateCalls);
}

function begin({ google }: Call, operation: Pick<FakeOperation, 'version' | 'effect'>): object {
  const name = `operations/acat.p2-${google.project.number}-${google.nextNumber()}`;
  const error = google.nextOperationError;
  google.nextOperationError = undefined;
  google.operations.set(name, { ...operation, pollsLeft: POLLS, ...(error && { error }) });
  return { name };
}

/** Google names neither the right nor who lacks it. */
function requireEnabling({ google }: Call, apis: readonly string[]): void {
  if (!hasPermission(google, 'serviceusage.services.enable')) {
    throw refuse(403, `Permission denied to enable service [${apis[0] ?? ''}]`, {
      ...{ reason: 'AUTH_PERMISSION_DENIED', domain: 'serviceusage.googleapis.com' },
    });
  }
  const unknown = apis.find((api) => !/^[a-z]+\.googleapis\.com$/.test(api));
  if (unknown === undefined) return;
  throw refuse(400, `Not found or permission denied for service(s): ${unknown}.`, {
    ...{ reason: 'SERVICE_CONFIG_NOT_FOUND_OR_PERMISSION_DENIED', domain: 'serviceusage.googleapis.com' },
    metadata: { services: unknown },
  });
}

function requireBilling({ google }: Call, apis: readonly string[]): void {
  const billed = apis.filter((api) => BILLED.test(api));
  if (google.hasBilling || billed.length === 0) return;
  throw refuse(
    400,
    `Billing account for project '${google.project.number}' is not found. Billing must be enabled for activation of service(s) '${billed.join(',')}' to proceed.`,
    {
      ...{ reason: 'UREQ_PROJECT_BILLING_NOT_FOUND', domain: 'serviceusage.googleapis.com/billing-enabled' },
      metadata: { services: billed.join(',') },
    },
    'FAILED_PRECONDITION',
  );
}
