// What a command keeps while it works, and what the attempt that follows makes of it. A manifest is written after its data.
import { LIVE_OBJECTS, checkpointsPrefix } from '@mymlops/protocol';
import { checkCheckpoint, noteCheckpoint } from '../oracle/checkpoints';
import type { Agent } from './agent-calls';

const METADATA_KEY = 'mymlops-checkpoint-64';

interface Saver {
  /** Begins to save how far the command is, unless it is still at it. */
  keep(): void;
  /** Once more, when the save under way is done: the VM goes down. */
  keepLast(): void;
  /** A save under way comes to nothing. */
  end(): void;
}

export function createSaver(agent: Agent, doneMs: () => number): Saver {
  const { run, attempt, prefix, wait, random, label, timeline } = agent;
  let number = 0;
  let isEnded = false;
  let saving: Promise<void> | undefined;
  const dataOf = (which: number): string => `${prefix}${LIVE_OBJECTS.checkpoints}data/${which}`;
  const manifestOf = (which: number): string =>
    `${checkpointsPrefix(run.id, attempt)}${String(which).padStart(6, '0')}`;
  const save = async (): Promise<void> => {
    const saved = number + 1;
    const progressMs = doneMs();
    await wait(random.between(label(`checkpoint ${timeline.nowMs}`), 1, 40) * 1000);
    if (isEnded) return;
    await agent.write(dataOf(saved), String(progressMs));
    if (isEnded) return;
    await agent.write(manifestOf(saved), dataOf(saved), () => noteCheckpoint(agent, manifestOf(saved), progressMs));
    number = saved;
    if (isEnded || saved <= 2) return;
    await agent.remove(manifestOf(saved - 2));
    await agent.remove(dataOf(saved - 2));
  };
  const saveAfter = async (before: Promise<void> | undefined): Promise<void> => {
    await before;
    await save();
    saving = undefined;
  };
  return {
    keep() {
      if (run.checkpoints) saving ??= saveAfter(undefined);
    },
    keepLast() {
      if (run.checkpoints) saving = saveAfter(saving);
    },
    end() {
      isEnded = true;
    },
  };
}

/** So much of the command need not be done again. */
export async function restoredMs(agent: Agent): Promise<number> {
  const { vm, read } = agent;
  const item = vm.body.metadata.items.find(({ key }) => key === METADATA_KEY);
  const named = item && Buffer.from(item.value, 'base64').toString();
  const data = named === undefined ? undefined : await read(named);
  const doneMs = data === undefined ? undefined : await read(data);
  checkCheckpoint(agent, named, doneMs !== undefined);
  return Number(doneMs ?? 0);
}
