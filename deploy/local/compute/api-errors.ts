// Errors of calls on resources, in Google's words and with its reasons.
import type { OperationFault } from './records';
import { HttpError } from '../shared/http';

type Collection = 'instances' | 'disks' | 'zones' | 'machineTypes' | 'operations';

const pathOf = (collection: Collection, zone: string, name: string): string => `zones/${zone}/${collection}/${name}`;

export const notFound = (what: string): HttpError =>
  new HttpError(404, 'notFound', `The resource '${what}' was not found`);

export const notFoundIn = (collection: Collection, zone: string, name: string): HttpError =>
  notFound(pathOf(collection, zone, name));

export const alreadyExists = (collection: Collection, zone: string, name: string): HttpError =>
  new HttpError(409, 'alreadyExists', `The resource '${pathOf(collection, zone, name)}' already exists`);

const notReadyMessage = (zone: string, vm: string): string =>
  `The resource '${pathOf('instances', zone, vm)}' is not ready`;

export const notReady = (zone: string, vm: string): HttpError =>
  new HttpError(400, 'resourceNotReady', notReadyMessage(zone, vm));

/** A zone's outage, as its calls and lists of all zones see it. */
export const zoneDown = (zone: string): HttpError =>
  new HttpError(503, 'backendError', `The zone 'projects/local/zones/${zone}' is currently unavailable.`);

/** The error of a start's operation that came too early: https://github.com/skypilot-org/skypilot/pull/1102 */
export const startedTooEarly = (zone: string, vm: string): OperationFault => ({
  code: 'RESOURCE_NOT_READY',
  message: notReadyMessage(zone, vm),
  httpStatus: 400,
});

/** https://github.com/skypilot-org/skypilot/issues/2586 */
export const localSsdUndecided = (): HttpError =>
  new HttpError(
    400,
    'badRequest',
    'VM has a Local SSD attached but an undefined value for `discard-local-ssd`. If using gcloud, please add ' +
      '`--discard-local-ssd=false` or `--discard-local-ssd=true` to your command.',
  );

/** `what`: the field that was to change. */
export const fixedWhileRunning = (what: string): HttpError =>
  new HttpError(400, 'badRequest', `${what} cannot be changed while the instance is running.`);

const globalPath = (project: string, collection: 'images', name: string): string =>
  `projects/${project}/global/${collection}/${name}`;

export const globalNotFound = (project: string, collection: 'images', name: string): HttpError =>
  notFound(globalPath(project, collection, name));

export const globalNotReady = (project: string, collection: 'images', name: string): HttpError =>
  new HttpError(400, 'resourceNotReady', `The resource '${globalPath(project, collection, name)}' is not ready`);

export const imageExists = (project: string, name: string): HttpError =>
  new HttpError(409, 'alreadyExists', `The resource '${globalPath(project, 'images', name)}' already exists`);

/** No refusal of Google's: here a VM is a process, and uses this computer's programs. */
export const imagesNotMade = (): HttpError =>
  new HttpError(
    400,
    'badRequest',
    "The local cloud makes no images: on this computer a run uses the computer's own Python and packages. Install them there",
  );

export const diskBeingCopied = (zone: string, disk: string, image: string): HttpError =>
  new HttpError(
    400,
    'resourceInUseByAnotherResource',
    `The disk resource '${pathOf('disks', zone, disk)}' is already being used by 'global/images/${image}'`,
  );

export const diskInUse = (zone: string, disk: string, vm: string): HttpError =>
  new HttpError(
    400,
    'resourceInUseByAnotherResource',
    `The disk resource '${pathOf('disks', zone, disk)}' is already being used by '${pathOf('instances', zone, vm)}'`,
  );
