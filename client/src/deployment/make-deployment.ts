// `deploy` from the first look to the last change. Each part may be repeated: a `deploy` that was killed is started again.
import type { Context } from '../core/context';
import { agree } from './agreement';
import { look, type Seen } from './look';
import { prepare, type Prepared, type Preparing } from './prepare';
import { writeJsonRoot } from './root-json';
import { writeChoices } from './state-bucket';
import { takeIn } from './take-in';
import { refuseOtherIdentities } from './terraform/environment';
import { findTerraform } from './terraform/find-terraform';
import { initialize } from './terraform/initialize';
import { openTerraformFolder } from './terraform/terraform-folder';
import { withWorkFolder } from './terraform/work-folder';

export interface Making extends Preparing {
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
  refuseOtherIdentities(context.env);
  const program = await findTerraform(context.env);
  const seen = await look(making);
  const prepared = isPlan ? undefined : await prepare(making, seen);
  for (const { sentence } of (prepared ?? seen).awaited) context.notice(`Not looked at yet: ${sentence}`);
  if (!prepared && !canPlan(seen)) {
    context.notice(
      'This is as far as --plan can look: Terraform needs the APIs that are off. `deploy` without --plan enables them after a question, and shows its plan before it makes more.',
    );
    return { isChanged: true };
  }
  const choices = prepared?.choices ?? seen.choices;
  const stateBucket = prepared?.stateBucket ?? seen.known?.bucket;
  const asking = { ...making, ...(prepared?.hasChanged && { ending: ENDING }) };

  return withWorkFolder(context, async (folder) => {
    const root = openTerraformFolder({ ...making, program, folder });
    context.notice(`Planning with ${program.name} ${program.version}`);
    const write = (version: string | undefined, imports: readonly string[] = []): void =>
      writeJsonRoot(folder, { choices, stateBucket, imports, provider: version, localCloudProgram });
    const provider = await initialize(root, { context, provider: choices.provider, write });
    // Without a bucket for its state it is new.
    const managed = stateBucket === undefined ? [] : await root.addresses();
    const imports = stateBucket === undefined ? making.imports : await takeIn(asking, { choices, managed });
    write(provider, imports);
    const { changes } = await root.plan();
    if (!prepared) return { isChanged: changes };
    if (changes) await agree(asking, 'Make these changes?');
    await remember(making, { ...prepared, choices: { ...choices, ...(provider !== undefined && { provider }) } });
    if (changes) await root.apply();
    return { isChanged: changes };
  });
}

const ENDING = "The APIs that were enabled, and the bucket for Terraform's state, stay. Nothing else was changed.";

/** Terraform reads the project before all else. Without an API that tells of an earlier deployment, the plan would be of a new one. */
const canPlan = ({ known, awaited }: Seen): boolean =>
  known !== undefined && !awaited.some(({ awaitsApi }) => awaitsApi === 'cloudresourcemanager.googleapis.com');

/** Before the apply: a `deploy` that is killed meanwhile goes on with the same choices. */
async function remember(
  { administration }: Pick<Making, 'administration'>,
  { choices, stateBucket, stored }: Prepared,
): Promise<void> {
  if (JSON.stringify(stored?.choices) === JSON.stringify(choices)) return;
  await writeChoices(administration, stateBucket, choices, stored?.generation);
}
