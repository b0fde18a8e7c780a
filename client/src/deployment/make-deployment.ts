// `deploy` from the first look to the last change. Each part may be repeated: a `deploy` that was killed is started again.
import type { Context } from '../core/context';
import { withTempFolder } from '../files/temp-folder';
import { agree, type Asking } from './agreement';
import { look, type Looking } from './look';
import { prepare, type Prepared } from './prepare';
import { writeJsonRoot } from './root-json';
import { writeChoices } from './state-bucket';
import { takeIn } from './take-in';
import { findTerraform } from './terraform/find-terraform';
import { openTerraformFolder } from './terraform/terraform-folder';

export interface Making extends Looking, Asking {
  context: Context;
  /** `--plan`: nothing is changed. */
  isPlan: boolean;
  /** `--import`: ADDRESS=ID. */
  imports: readonly string[];
  /** `--impersonate`. */
  impersonate?: string | undefined;
  /** Variables for Terraform, beside those of the context. */
  environment?: Readonly<Record<string, string>> | undefined;
}

/** Whether something changed, or with `isPlan` would change. Throws ExpectedError for all that is in the way. */
export async function makeDeployment(making: Making): Promise<{ isChanged: boolean }> {
  const { context, isPlan } = making;
  const { localCloudProgram } = context;
  const program = await findTerraform(context.env);
  const seen = await look(making);
  const prepared = isPlan ? undefined : await prepare(making, seen);
  const choices = prepared?.choices ?? seen.choices;
  const stateBucket = prepared?.stateBucket ?? seen.known?.bucket;
  if (isPlan) for (const { sentence } of seen.awaited) context.notice(`Not looked at yet: ${sentence}`);

  return withTempFolder(context, async (folder) => {
    writeJsonRoot(folder, { choices, stateBucket, localCloudProgram });
    const root = openTerraformFolder({ ...making, program, folder });
    context.notice(`Planning with ${program.name} ${program.version}`);
    await root.init();
    // Without a bucket for its state it is new.
    const managed = stateBucket === undefined ? [] : await root.addresses();
    const imports = stateBucket === undefined ? making.imports : await takeIn(making, { choices, managed });
    writeJsonRoot(folder, { choices, stateBucket, imports, localCloudProgram });
    const { changes } = await root.plan();
    if (!prepared) return { isChanged: changes };
    if (changes) await agree(making, 'Make these changes?');
    await remember(making, prepared);
    if (changes) await root.apply();
    return { isChanged: changes };
  });
}

/** Before the apply: a `deploy` that is killed meanwhile goes on with the same choices. */
async function remember(
  { administration }: Pick<Making, 'administration'>,
  { choices, stateBucket, stored }: Prepared,
): Promise<void> {
  if (JSON.stringify(stored?.choices) === JSON.stringify(choices)) return;
  await writeChoices(administration, stateBucket, choices, stored?.generation);
}
