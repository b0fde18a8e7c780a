// A VM from its startup script's first line to its command's first, and the calls that were made until then: with the agent,
// or with a script that makes the same calls by hand.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { aReport } from '../fakes/builders';
import { BUCKETS } from '../fakes/buckets';
import { VM_TOKEN, type VmGoogle } from '../fakes/vm-google';
import { PREFIX, removeVms, RUN, startVm } from '../vm/start-vm';

export interface Measured {
  seconds: number;
  calls: string[];
}

let serial = 0;

/** `agent`, `byHand`: the scripts. `folder`: a temporary one. */
export function agentVm({ agent, byHand, folder }: { agent: string; byHand: string; folder: string }) {
  const [agentText, byHandText] = [agent, byHand].map((file) => readFileSync(file, 'utf8'));
  return {
    agent: () => measure(folder, () => agentText ?? ''),
    byHand: () => measure(folder, (google, command) => `${knownTo(google, command)}${byHandText}`),
  };
}

async function measure(folder: string, scriptOf: (google: VmGoogle, command: string) => string): Promise<Measured> {
  const own = join(folder, `agent-${++serial}`);
  mkdirSync(own);
  const [first, began] = [join(own, 'first'), join(own, 'began')];
  execFileSync('mkfifo', [began]);
  const command = `echo "$EPOCHREALTIME" >'${began}'; exec sleep 600 #`;
  const beganAt = readFile(began, 'utf8');
  const { google } = await startVm({
    command,
    files: { 'train.py': 'print(1)\n', 'run.sh': '#!/bin/sh\nexec python3 train.py\n' },
    // Nothing of it goes on beside.
    metadata: { 'mymlops-heartbeat-seconds': '3600', 'mymlops-progress-seconds': '3600' },
    scripts: own,
    prepare(opened) {
      const noted = `#!/bin/bash\necho "$EPOCHREALTIME" >'${first}'\n`;
      writeFileSync(join(own, 'agent.sh'), `${noted}${scriptOf(opened, command)}`);
    },
  });
  const seconds = Number(await beganAt) - Number(readFileSync(first, 'utf8'));
  if (!(seconds > 0)) throw new Error('a script of the bench noted no time: it takes bash 5');
  await google.until('execute', () => google.problems.length > 0 || isExecuting(google));
  const calls = [...google.metadataCalls, ...google.bucketCalls, ...google.reports.map(() => 'publish')].toSorted();
  const problems = await removeVms();
  if (problems.length > 0) throw new Error(`a VM of the bench: ${problems.join('; ')}`);
  return { seconds, calls };
}

const isExecuting = ({ reports }: VmGoogle): boolean => reports.some(({ state }) => state.phase === 'execute');

/** What the agent finds in its metadata. */
function knownTo(google: VmGoogle, command: string): string {
  const known = {
    ...{ url: google.url, token: VM_TOKEN, results_bucket: BUCKETS.results, prefix: PREFIX, run: RUN, command },
    report_source: JSON.stringify(aReport({ run: RUN, boot: 'boot-by-hand', seq: 1, state: { phase: 'source' } })),
    report_execute: JSON.stringify(aReport({ run: RUN, boot: 'boot-by-hand', seq: 2, state: { phase: 'execute' } })),
  };
  const lines = Object.entries(known).map(([name, value]) => `${name}='${value.replaceAll("'", String.raw`'\''`)}'`);
  return `${lines.join('\n')}\n`;
}
