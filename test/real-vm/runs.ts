// Runs of notebooks with one cell on real VMs, each of which starts from the snapshot.
import type { RunDocument } from '@mymlops/protocol';
import { expectOk, until } from '../local/desk';
import { expectSettled } from '../local/expect-settled';
import { untilSettled } from '../local/until-settled';
import { startRealCloud, type RealCloud } from './real-cloud';

/** How long one step may take: software emulation beside other work is slow, and computers differ by three times. */
export const PATIENCE_SECONDS = 1800;

/** mymlops.yml of each run, unless a story writes another one. */
export const CONFIG = 'project: local\ncommit:\n  command: ./run.sh\n';

export interface Runs extends RealCloud {
  /** The id of the run. */
  commit(name: string, cell: string): Promise<string>;
  untilPhase(run: string, phase: string): Promise<void>;
  untilConsole(run: string, attempt: number, text: string): Promise<void>;
  /** The document of the run, once nothing of it is left. */
  settled(run: string): Promise<RunDocument>;
}

export async function startRuns(): Promise<Runs> {
  const cloud = await startRealCloud({ config: CONFIG });
  const { desk } = cloud;
  return {
    ...cloud,
    async commit(name, cell) {
      const notebook = desk.notebook(`${name}.ipynb`, [`import os, subprocess, time\n${cell}`]);
      return expectOk(await desk.client('commit', '--detach', notebook)).stdout.trim();
    },
    async untilPhase(run, phase) {
      const isThere = async (): Promise<true | undefined> => (await desk.show(run)).phase === phase || undefined;
      await until(`${run} is in ${phase}`, isThere, PATIENCE_SECONDS);
    },
    async untilConsole(run, attempt, text) {
      const isSaid = (): true | undefined => cloud.console(run, attempt).includes(text) || undefined;
      await until(`the console of ${run} says ${text}`, isSaid, PATIENCE_SECONDS);
    },
    async settled(run) {
      const document = await untilSettled(desk, run, PATIENCE_SECONDS);
      await expectSettled(desk);
      return document;
    },
  };
}
