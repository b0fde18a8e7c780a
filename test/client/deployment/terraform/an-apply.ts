// A folder with a root for Terraform, planned on the stand-in of Google's provider, with a clock that sleeping moves.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTerraform } from '../../../../client/src/deployment/terraform/find-terraform';
import {
  openTerraformFolder,
  type TerraformFolder,
} from '../../../../client/src/deployment/terraform/terraform-folder';
import { HEAD } from '../../../deploy/gcp/roots';
import { startTerraformGoogle, type TerraformGoogle } from '../../../fakes/terraform-google';

export interface AnApply {
  terraform: TerraformFolder;
  provider: TerraformGoogle;
  /** The pauses, in milliseconds. */
  slept: number[];
  said: string[];
  close(): void;
}

/** @param resources The root's text after its head. */
export async function openApply(resources: string): Promise<AnApply> {
  const folder = mkdtempSync(join(tmpdir(), 'mymlops-an-apply-'));
  writeFileSync(join(folder, 'main.tf'), HEAD + resources);
  const provider = await startTerraformGoogle({});
  const said: string[] = [];
  const slept: number[] = [];
  let nowMs = 0;
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME };
  const context = {
    env,
    notice: (line: string) => void said.push(line),
    ask: () => Promise.resolve(null),
    interrupted: new AbortController().signal,
    unfinished: new Set<object>(),
  };
  const terraform = openTerraformFolder({
    ...{ context, program: await findTerraform(env), folder, environment: provider.environment },
    now: () => nowMs,
    sleep: async (ms) => {
      slept.push(ms);
      nowMs += ms;
    },
  });
  await terraform.init();
  expect(await terraform.plan()).toEqual({ changes: true });
  return {
    ...{ terraform, provider, slept, said },
    close() {
      provider.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
