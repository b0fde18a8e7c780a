// The metadata that every VM has, whatever it is for; the scripts are added by `insert-body.ts`. Pure.
import type { VmMetadata, VmRecord } from '@mymlops/protocol';
import type { Settings } from '../settings';
import { decidedAt, insertOf } from './record';

export function vmMetadata(vm: VmRecord, settings: Settings): VmMetadata {
  return {
    'mymlops-project': settings.project,
    'mymlops-deployment': settings.deployment,
    'mymlops-decided-at': String(Math.floor(Date.parse(decidedAt(vm)) / 1000)),
    ...(vm.terminationAction === 'DELETE' && {
      'mymlops-time-limit-seconds': String(insertOf(vm).maxRunDurationSeconds),
    }),
    'mymlops-results-bucket': settings.buckets.results,
    'mymlops-live-bucket': settings.buckets.live,
    'mymlops-events-topic': settings.eventsTopic,
    'mymlops-storage-url': settings.storageUrl,
    'mymlops-pubsub-url': settings.pubsubUrl,
    'mymlops-secrets-url': settings.secretsUrl,
    'mymlops-heartbeat-seconds': String(settings.heartbeatSeconds),
    'mymlops-progress-seconds': String(settings.progressSeconds),
  };
}
