// A route: one REST call, by method and path below the project, and what it is answered from.
import type { RightsCheck } from '../shared/require-right';
import type { Catalog } from './catalog';
import type { Changes } from './changes';
import type { DiskChanges } from './disks';
import type { Faults, Lifecycle } from './lifecycle';
import type { Operations } from './operations';
import type { OwnImages } from './own-images';
import type { CallRights, ComputeCall } from './permissions';
import type { ComputeStore } from './store';
import type { ToApi } from './to-api';

export interface RouteDeps extends RightsCheck {
  project: string;
  store: ComputeStore;
  catalog: Catalog;
  operations: Operations;
  lifecycle: Lifecycle;
  changes: Changes;
  diskChanges: DiskChanges;
  images: OwnImages;
  toApi: ToApi;
  faults: Faults;
}

export interface Call {
  zone: string;
  name: string;
  url: URL;
  body: Record<string, unknown>;
  requestId: string | undefined;
  rights: CallRights;
}

export type Answer = (call: Call) => object | Promise<object>;
export type Route = [ComputeCall, Answer];
