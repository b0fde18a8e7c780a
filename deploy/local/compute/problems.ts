// The refusals of calls on resources, in Google's words and reasons.
import { HttpError } from '../shared/http';

type Collection = 'instances' | 'disks' | 'zones' | 'machineTypes' | 'operations';

const pathOf = (collection: Collection, zone: string, name: string): string => `zones/${zone}/${collection}/${name}`;

export const notFound = (what: string): HttpError =>
  new HttpError(404, 'notFound', `The resource '${what}' was not found`);

export const notFoundIn = (collection: Collection, zone: string, name: string): HttpError =>
  notFound(pathOf(collection, zone, name));

export const alreadyExists = (collection: Collection, zone: string, name: string): HttpError =>
  new HttpError(409, 'alreadyExists', `The resource '${pathOf(collection, zone, name)}' already exists`);

export const notReady = (collection: Collection, zone: string, name: string): HttpError =>
  new HttpError(400, 'resourceNotReady', `The resource '${pathOf(collection, zone, name)}' is not ready`);

export const diskInUse = (zone: string, disk: string, vm: string): HttpError =>
  new HttpError(
    400,
    'resourceInUseByAnotherResource',
    `The disk resource '${pathOf('disks', zone, disk)}' is already being used by '${pathOf('instances', zone, vm)}'`,
  );
