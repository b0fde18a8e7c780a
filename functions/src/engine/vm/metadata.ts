// The metadata that every VM has, whatever it is for; the scripts are added by `insert-body.ts`. Pure.
import { currentPeriod, type VmMetadata, type VmRecord } from '@mymlops/protocol';
import type { Settings } from '../settings';
import { insertOf } from './record';

export function vmMetadata(vm: VmRecord, settings: Settings): VmMetadata {
  return {
    'mymlops-project': settings.project,
    'mymlops-deployment': settings.deployment,
    // This period's decision: a VM that has not claimed its work yet leaves where that is an old one.
    'mymlops-decided-at': String(Math.floor(Date.parse(currentPeriod(vm).start.at) / 1000)),
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
