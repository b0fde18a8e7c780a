// Puts the agent of a kind of VM together.
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The agent as one script: what is common to all kinds first, then what the kind adds, in either folder by the numbers of
 * the files' names. `folder` is functions/vm.
 */
export async function agentOf(folder, kind) {
  const texts = await Promise.all(['common', kind].map((room) => textsOf(join(folder, room))));
  return texts.flat().join('\n');
}

// A plain sort is the same on every computer.
async function textsOf(room) {
  const names = (await readdir(room)).filter((name) => name.endsWith('.sh')).toSorted();
  return Promise.all(names.map((name) => readFile(join(room, name), 'utf8')));
}
