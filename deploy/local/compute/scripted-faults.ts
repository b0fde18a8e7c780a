// Faults of a Compute that runs as the real local cloud, for end-to-end tests: what Google does now and then, and this
// machine never. They are in a file of the service's own folder, which nobody but its user can write; it is looked at for
// every VM anew, and no file is no fault.
//
//   {"refuseInserts": {"local-a": {"code": "ZONE_RESOURCE_POOL_EXHAUSTED", "message": "..."}}, "holdInserts": true,
//    "deletesLie": true, "refuseStarts": {"local-a": {...}}, "refuseMetadata": {"local-a": {...}}}
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../shared/clock';
import type { Log } from '../shared/log';
import type { Faults } from './lifecycle';
import type { OperationFault } from './records';

export const FAULTS_FILE = 'faults.json';

interface Script {
  /** By zone: the operation of every insert there fails so. */
  refuseInserts?: Record<string, OperationFault>;
  /** Inserts do not come to their end while this is so. */
  holdInserts?: boolean;
  /** The operation of a delete is DONE without an error, and the VM runs on. */
  deletesLie?: boolean;
  /** By zone: the operation of every start there fails so, and the VM stays off. */
  refuseStarts?: Record<string, OperationFault>;
  /** By zone: the operation of every setMetadata there fails so, and nothing is changed. */
  refuseMetadata?: Record<string, OperationFault>;
}

const KEYS = ['refuseInserts', 'holdInserts', 'deletesLie', 'refuseStarts', 'refuseMetadata'];
const LOOK_MS = 20;

/** A file that cannot be read as a script makes the operations fail that would have looked at it. */
export function scriptedFaults(folder: string, clock: Clock, log: Log): Faults {
  const script = (): Script => parseScript(readScript(join(folder, FAULTS_FILE)));
  return {
    async onInsert(vm) {
      while (script().holdInserts) await new Promise<void>((resolve) => void clock.after(LOOK_MS, resolve));
      const fault = script().refuseInserts?.[vm.zone];
      if (fault) log('WARNING', 'scripted fault: insert refused', { vm: vm.name, zone: vm.zone, code: fault.code });
      return fault;
    },
    onStart: (vm) => script().refuseStarts?.[vm.zone],
    onSetMetadata: (vm) => script().refuseMetadata?.[vm.zone],
    onDelete(vm) {
      if (!script().deletesLie) return undefined;
      log('WARNING', 'scripted fault: delete that does nothing', { vm: vm.name, zone: vm.zone });
      return 'lie';
    },
  };
}

function readScript(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '{}';
    throw error;
  }
}

function parseScript(text: string): Script {
  const script = JSON.parse(text) as Script;
  const unknown = Object.keys(script).filter((key) => !KEYS.includes(key));
  if (unknown.length > 0) throw new Error(`${FAULTS_FILE}: unknown: ${unknown.join(', ')}`);
  return script;
}
