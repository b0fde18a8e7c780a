// Faults for end-to-end tests on the real local cloud: what happens on Google now and then, and never on this computer. They are
// in a file of the service's own folder, which only its user can write. It is read for each VM; without it there are no faults.
//
//   {"refuseInserts": {"local-a": {"code": "ZONE_RESOURCE_POOL_EXHAUSTED", "message": "..."}}, "holdInserts": true,
//    "deletesLie": true, "refuseStarts": {"local-a": {...}}, "refuseMetadata": {"local-a": {...}},
//    "refuseInsertCalls": {"local-a": {...}}, "zonesDown": ["local-b"]}
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../shared/clock';
import type { Log } from '../shared/log';
import type { Faults } from './lifecycle';
import type { OperationFault } from './records';

export const FAULTS_FILE = 'faults.json';

interface Script {
  /** By zone: every insert's operation there ends with this error. */
  refuseInserts?: Record<string, OperationFault>;
  /** By zone: every insert there is refused at once with this error. */
  refuseInsertCalls?: Record<string, OperationFault>;
  /** These zones do not answer. */
  zonesDown?: string[];
  /** No insert's operation ends while this is true. */
  holdInserts?: boolean;
  /** The operation of a delete is DONE without an error, and the VM runs on. */
  deletesLie?: boolean;
  /** By zone: every start's operation there ends with this error, and the VM stays off. */
  refuseStarts?: Record<string, OperationFault>;
  /** By zone: every setMetadata's operation there ends with this error, and nothing changes. */
  refuseMetadata?: Record<string, OperationFault>;
}

const KEYS = [
  ...['refuseInserts', 'refuseInsertCalls', 'zonesDown', 'holdInserts', 'deletesLie'],
  ...['refuseStarts', 'refuseMetadata'],
];
const LOOK_MS = 20;

/** Where the file is not valid, the operations that read it fail. */
export function scriptedFaults(folder: string, clock: Clock, log: Log): Faults {
  const script = (): Script => parseScript(readScript(join(folder, FAULTS_FILE)));
  return {
    async onInsert(vm) {
      while (script().holdInserts) await new Promise<void>((resolve) => void clock.after(LOOK_MS, resolve));
      const fault = script().refuseInserts?.[vm.zone];
      if (fault) log('WARNING', 'scripted fault: insert refused', { vm: vm.name, zone: vm.zone, code: fault.code });
      return fault;
    },
    onInsertCall: (zone) => script().refuseInsertCalls?.[zone],
    zonesDown: () => script().zonesDown ?? [],
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
