// Interactive instances, as the loops know them: a VM that is switched on and off, and a disk that outlives that. Pure.
import {
  ATTEMPTS,
  EVENTS,
  FENCE,
  INSTANCE_KIND,
  INSTANCE_REQUESTS,
  instancePrefix,
  instanceReport,
  INSTANCES,
  instanceVmPrefix,
  parseJson,
  REMOVED_INSTANCES,
  startEnvelope,
  type InstanceReport,
  type InstanceRequest,
  type InstanceState,
  type VmRecord,
} from '@mymlops/protocol';
import type { Kind } from '../kind';
import { insertBody } from '../vm/insert-body';
import { refusalOf } from '../vm/request-limits';
import type { InstanceEffectName } from './action';
import { applyDecision } from './apply';
import { decide } from './decide';
import { instanceMetadata } from './metadata';
import { observeRequest } from './observe';
import { hasDeletedInstance, instanceLabels, instanceOwning } from './owner';
import { INSTANCE_POOL } from './pools';
import { EMPTY_INSTANCE } from './readings';
import { resourcesOf } from './resources';
import { isLive, summarize } from './status';
import { withVm } from './with-vm';

/** The part of the VM's name. */
const uidIn = ({ name }: VmRecord): string => /-([a-z0-9]{6})-\d+$/.exec(name)?.[1] ?? '';

const labelsOf = (name: string, number: number, vm: VmRecord) => instanceLabels(name, uidIn(vm), number);

export const instanceKind: Kind<InstanceState, InstanceEffectName> = {
  name: INSTANCE_KIND,
  documents: {
    collection: INSTANCES,
    tombstones: REMOVED_INSTANCES,
    audits: EVENTS,
    archive: ATTEMPTS,
    stateFields: {
      ...{ v: true, uid: true, owner: true, createdAt: true, spec: true, started: true, wait: true, stopped: true },
      ...{ current: true, vmCount: true, givenUp: true, until: true, stop: true, proposal: true, told: true },
      ...{ deletion: true, deletedAt: true, earlier: true, vms: true, capacity: true, slots: true, removing: true },
    },
    optionalFields: [
      ...['reason', 'profile', 'startedAt', 'stopsAt', 'stoppedAt', 'zone', 'machine', 'until', 'proposal', 'capacity'],
      ...['slots', 'deletion', 'deletedAt', 'wait', 'stop', 'told'],
    ],
  },

  requests: INSTANCE_REQUESTS,
  requestInTodaysForm: (request) => request,
  idOf: (request: InstanceRequest) => request.name,
  merge: (state, request: InstanceRequest, at) => observeRequest(state, request, at),
  isRemoval: () => false,
  removalRequest: () => ({}),
  titleOf: (request: InstanceRequest) => `${request.type} ${request.name}`,
  endCommand: (name) => `mymlops-client stop ${name}`,
  isFirst: (request: InstanceRequest) => request.type === 'start',
  mayPrecede: () => false,
  isIncomplete: () => false,
  idInUnreadable(text) {
    const envelope = parseJson(startEnvelope, text);
    return envelope.ok ? envelope.value.name : undefined;
  },
  refused: (_reason, message, at) => ({
    ...EMPTY_INSTANCE,
    stop: { period: 0, reason: 'refused', message, at },
  }),

  reports: instanceReport,
  senderOf: ({ instance, attempt }: InstanceReport) => ({ id: instance, vm: attempt }),
  audienceOf: (name) => `instance/${name}`,
  auditOf: () => undefined,

  decide,
  apply: applyDecision,
  refusalOf: ({ spec }, settings) => spec && refusalOf(spec.machine, settings),
  poolsOf: (_state, { maxInstances }) => [{ pool: INSTANCE_POOL, max: maxInstances }],
  needsSlot: ({ effect }) => effect === 'place',

  uidOf: ({ uid }) => uid,
  resources: resourcesOf,
  withVm,
  targetOf: (name, number, vm) => ({
    labels: labelsOf(name, number, vm),
    prefix: instanceVmPrefix(name, uidIn(vm), number),
    ourObjects: [FENCE],
  }),
  insertBodyOf(state, number, settings) {
    const { spec, uid = '' } = state;
    const vm = state.vms[number];
    if (!spec || !vm) throw new Error('an instance without a specification has no VM');
    const name = vm.name.slice(settings.deployment.length + 1, -`-${uid}-${number}`.length);
    const parts = {
      ...{ machine: spec.machine, labels: labelsOf(name, number, vm), purpose: INSTANCE_KIND },
      metadata: { ...instanceMetadata({ name, uid, number, spec, vm }, settings) },
      scripts: settings.scripts.instance,
    };
    return insertBody(vm, parts, settings);
  },
  ownerOf: instanceOwning,
  hasDeleted: hasDeletedInstance,

  hasEnded: ({ deletion }) => deletion !== undefined,
  isSettled: (state) => state.spec === undefined || state.deletedAt !== undefined,
  dependsOn: () => undefined,
  objectsOf: instancePrefix,
  archive: (state) => ({ state, archived: {} }),
  summarize: (state) => ({ ...summarize(state), live: isLive(state) }),
};
