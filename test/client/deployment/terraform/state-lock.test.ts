// The lock that a killed apply leaves in the bucket of the state: real Terraform with its backend `gcs`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTerraform } from '../../../../client/src/deployment/terraform/find-terraform';
import {
  openTerraformFolder,
  type TerraformFolder,
} from '../../../../client/src/deployment/terraform/terraform-folder';
import { startStateBucket, type StateBucket } from '../../../fakes/state-bucket';
import { describeTerraform } from '../../../parts';

/** Its provisioner says that it has begun, and then takes an hour. */
const ROOT = `
terraform {
  backend "gcs" {
    bucket = "state"
    prefix = "terraform"
  }
}
variable "waits" {
  default = false
}
resource "terraform_data" "one" {}
resource "terraform_data" "two" {
  count = var.waits ? 1 : 0
  provisioner "local-exec" {
    command = "echo begun; exec sleep 3600"
  }
}
`;
const LOCK = 'state/terraform/default.tflock';

describeTerraform('a lock that a killed apply left', () => {
  let folder: string;
  let bucket: StateBucket;
  let said: string[];
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mymlops-state-lock-'));
    writeFileSync(join(folder, 'main.tf'), ROOT);
    bucket = await startStateBucket();
    said = [];
    await (await open(null)).init();
    await killedApply();
  });
  afterEach(() => {
    bucket.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** @param meanwhile Happens while the question stands. */
  async function open(answer: string | null, meanwhile: () => void = () => undefined): Promise<TerraformFolder> {
    const { PATH, HOME } = process.env;
    const env = { PATH, HOME };
    const context = {
      env,
      notice: (line: string) => void said.push(line),
      ask: (question: string) => {
        said.push(question);
        meanwhile();
        return Promise.resolve(answer);
      },
      interrupted: new AbortController().signal,
      unfinished: new Set<object>(),
    };
    const program = await findTerraform(env);
    return openTerraformFolder({ context, program, folder, environment: bucket.environment });
  }

  async function killedApply(): Promise<void> {
    const { PATH, HOME } = process.env;
    const child = spawn('terraform', ['apply', '-auto-approve', '-input=false', '-no-color', '-var=waits=true'], {
      ...{ cwd: folder, detached: true, stdio: ['ignore', 'pipe', 'ignore'] },
      env: { PATH, HOME, ...bucket.environment },
    });
    let printed = '';
    for await (const chunk of child.stdout) {
      printed += String(chunk);
      if (printed.includes('begun')) break;
    }
    const exited = once(child, 'exit');
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    await exited;
    expect(bucket.objects.has(LOCK)).toBe(true);
  }

  test('without a terminal it stays, and the sentence names its holder and its id', async () => {
    // The backend takes the generation of the lock's object for the lock's id.
    const id = `its lock ${bucket.objects.get(LOCK)?.generation} is`;
    const plan = (await open(null)).plan();
    await expect(plan).rejects.toThrow(/state is locked by \S+@\S+ \(apply, since less than a minute\)/);
    await expect(plan).rejects.toThrow(id);
    expect(bucket.objects.has(LOCK)).toBe(true);
  });

  test('a no leaves it', async () => {
    await expect((await open('n')).plan()).rejects.toThrow('Wait until it is done');
    expect(bucket.objects.has(LOCK)).toBe(true);
  });

  test('its holder gives it back while the question stands: the work goes on', async () => {
    const terraform = await open('y', () => bucket.objects.delete(LOCK));
    expect(await terraform.plan()).toEqual({ changes: true });
  });

  test('another one takes it while the question stands: the next question is about that one', async () => {
    const other = { text: '{"ID":"other","Who":"bob@desk","Operation":"OperationTypePlan"}', generation: 77 };
    let isTaken = false;
    const terraform = await open('y', () => {
      if (!isTaken) bucket.objects.set(LOCK, other);
      isTaken = true;
    });
    expect(await terraform.plan()).toEqual({ changes: true });
    expect(said.filter((line) => line.includes('take its lock away?'))).toEqual([
      expect.stringContaining('(apply'),
      expect.stringContaining('bob@desk (plan'),
    ]);
  });

  test('a yes takes it away by its id, and the work goes on', async () => {
    const terraform = await open('y');
    expect(await terraform.plan()).toEqual({ changes: true });
    expect(said.join('\n')).toMatch(/If that process is dead, take its lock away\?/);
    await terraform.apply();
    expect(bucket.objects.has(LOCK)).toBe(false);
    expect(await terraform.plan()).toEqual({ changes: false });
  });
});
