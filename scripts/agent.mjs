// Puts the scripts of a kind of VM together. `folder` is functions/vm.
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The agent as one script: what is common to all kinds first, then what the kind adds, in either folder by the numbers of the files' names. */
export async function agentOf(folder, kind) {
  const names = await Promise.all(['common', kind].map((room) => scriptsIn(folder, room)));
  return textOf(folder, names.flat());
}

/** Parts of the agent that shutdown.sh has as well. */
const SHARED = {
  common: [
    '02-known.sh',
    '10-tools.sh',
    '14-texts.sh',
    '18-folders.sh',
    '23-token.sh',
    '24-transfers.sh',
    '28-messages.sh',
  ],
  run: ['62-notebook.sh'],
};

/** The script that runs when the VM goes down. */
export async function shutdownOf(folder, kind) {
  const shared = ['common', kind].flatMap((room) => (SHARED[room] ?? []).map((name) => join(room, name)));
  const [start, ...rest] = await scriptsIn(folder, 'shutdown');
  const main = rest.pop();
  return textOf(folder, [start, ...shared, ...rest, ...(await scriptsIn(folder, join(kind, 'shutdown'))), main]);
}

const textOf = async (folder, names) =>
  (await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))).join('\n');

// A plain sort is the same on every computer.
async function scriptsIn(folder, room) {
  const names = (await readdir(join(folder, room))).filter((name) => name.endsWith('.sh')).toSorted();
  return names.map((name) => join(room, name));
}
