// Tells the VM what its run has earned, so that it may push.
import {
  ATTEMPT_OBJECTS,
  attemptPrefix,
  CONTROL_KEY,
  formatControl,
  PUBLISH_FILES,
  currentPeriod,
  type RunState,
} from '@mymlops/protocol';
import { attemptOf, withAttempt, withVm } from '../../engine/run/attempts';
import { runLabels } from '../../engine/run/owner';
import { commitMessage, metadataJson } from '../../engine/run/publication';
import { cannotBill } from '../../engine/vm/deletion-steps';
import { isSameVm } from '../../engine/vm/identity';
import { observeDown } from '../../engine/vm/observe';
import type { CloudVm } from '../../ports/compute-view';
import { timestamp, type Effect } from '../effect';

/** Puts the publication's files into the bucket, then tells the VM to push. A VM that is gone leaves them to `publish RUN`. */
export const sendResult: Effect<RunState> = async ({ id, state: known }, number, context) => {
  const { vm } = attemptOf(known, number);
  const prefix = `${attemptPrefix(id, number)}${ATTEMPT_OBJECTS.publish}`;
  await Promise.all([
    context.resultsBucket.write(`${prefix}${PUBLISH_FILES.metadata}`, metadataJson(known)),
    context.resultsBucket.write(`${prefix}${PUBLISH_FILES.message}`, commitMessage(known)),
  ]);
  const values = { [CONTROL_KEY]: formatControl({ result: known.end?.status }) };
  const isOurs = (found: CloudVm): boolean => isSameVm(found, vm, runLabels(id, number));
  // A zone that may never answer is not asked for a VM that Google has ended at its limit either.
  const isOver = currentPeriod(vm).down !== undefined || cannotBill(vm, context.now());
  const wasTold = !isOver && (await context.compute.setMetadata(vm.zone, vm.name, isOurs, values));
  const at = timestamp(context);
  return {
    merge(state) {
      const sent = withAttempt(state, number, { resultSentAt: at });
      return wasTold || isOver ? sent : withVm(sent, number, (seen) => observeDown(seen, { at, how: 'gone' }));
    },
  };
};
