// A folder with a root for Terraform: plan, and apply what was planned.
import { setTimeout as delay } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { counted } from '@mymlops/protocol';
import type { Context } from '../../core/context';
import { ExpectedError } from '../../core/errors';
import { describeErrors } from './apply-errors';
import { terraformEnvironment } from './environment';
import type { TerraformProgram } from './find-terraform';
import { lateReason } from './late-errors';
import { addressesIn, changesOf, type PlannedResource, providerIn, resourcesIn, unagreed } from './planned';
import { type Ran, runTerraform, type TerraformError, type TerraformMessage } from './run-terraform';
import { describeLock, lockIn, type StateLock } from './state-lock';

export interface FolderOptions {
  context: Pick<Context, 'env' | 'notice' | 'ask' | 'interrupted' | 'unfinished'>;
  program: TerraformProgram;
  folder: string;
  /** `--impersonate`. */
  impersonate?: string | undefined;
  /** Variables for Terraform, beside those of the context. */
  environment?: Readonly<Record<string, string>> | undefined;
  /** All that Terraform has made is removed. */
  isRemoval?: boolean;
  now?: () => number;
  sleep?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

export interface TerraformFolder {
  /** Downloads the provider, and finds the state. */
  init(): Promise<void>;
  /** Version of Google's provider that `init` has chosen; undefined if Terraform does not tell. */
  provider(): Promise<string | undefined>;
  /** All that it manages. */
  addresses(): Promise<string[]>;
  /** Shows what Terraform would do, and keeps it for `apply`. */
  plan(): Promise<{ changes: boolean }>;
  /** Does it. What fails only because something new is not known everywhere yet is done again, three times at most. */
  apply(): Promise<void>;
}

const PLAN_FILE = 'plan';
const PLAIN = ['-input=false', '-no-color'];
/** The exit code of `plan -detailed-exitcode` when something would change. */
const CHANGES = 2;
const PATIENCE_MS = 600_000;
/** Three applies: most new rights are known everywhere after 2 minutes, some after 7. See late-errors.ts. */
const PAUSES_MS = [60_000, 240_000];

export function openTerraformFolder(options: FolderOptions): TerraformFolder {
  const { context, program, folder, impersonate, environment, isRemoval } = options;
  const { now = () => Date.now(), sleep = pause } = options;
  const say = (line: string): void => context.notice(line);
  const env = terraformEnvironment({ env: context.env, impersonate, environment });
  const run = (args: string[], onMessage?: (message: TerraformMessage) => void): Promise<Ran> =>
    runTerraform(args, {
      ...{ program, folder, env, say, signal: context.interrupted, unfinished: context.unfinished },
      ...(onMessage && { onMessage }),
    });
  let planned: PlannedResource[] = [];

  /** The same once more after a lock was taken away, or was given back meanwhile. */
  async function unlocked(work: () => Promise<Ran>): Promise<Ran> {
    for (let kept: string | undefined; ;) {
      const ran = await work();
      const lock = ran.errors.map(lockIn).find((one) => one !== undefined);
      if (lock === undefined) return ran;
      if (lock.id === kept) throw new ExpectedError(`The lock ${lock.id} could not be taken away. Try it again later.`);
      kept = (await takeAway(lock)) ? undefined : lock.id;
    }
  }

  /** Asked even with --yes: the holder may be alive, and two applies at once break the state. */
  async function takeAway(lock: StateLock): Promise<boolean> {
    const held = describeLock(lock, now());
    const question = `${held} If that process is dead, take its lock away?`;
    const answer = await context.ask(`${question} [y/N] `);
    if (answer === null || !/^y(es)?$/i.test(answer.trim())) {
      throw new ExpectedError(
        `${held} Wait until it is done. If that process is dead, run \`deploy\` on a terminal, which asks whether its lock ${lock.id} is taken away.`,
      );
    }
    const ran = await run(['force-unlock', '-force', lock.id]);
    // Without success: its holder may have given it back, or another one has it now.
    say(ran.code === 0 ? `The lock ${lock.id} is taken away.` : lastLines(ran.text));
    return ran.code === 0;
  }

  async function makePlan(): Promise<boolean> {
    const args = [
      'plan',
      '-json',
      '-detailed-exitcode',
      `-out=${PLAN_FILE}`,
      ...(isRemoval ? ['-destroy'] : []),
      ...PLAIN,
    ];
    const ran = await unlocked(() => run(args));
    if (ran.code !== 0 && ran.code !== CHANGES) throw failure(ran);
    const shown = await run(['show', '-json', PLAN_FILE]);
    if (shown.code !== 0) throw failure(shown);
    planned = resourcesIn(shown.text);
    return ran.code === CHANGES;
  }

  const failure = ({ errors, text }: Pick<Ran, 'errors' | 'text'>): ExpectedError => {
    if (errors.length === 0) return new ExpectedError(`${program.name} failed: ${lastLines(text)}`);
    const find = (address: string) => {
      const found = planned.find((one) => one.address === address);
      return found && { type: found.type, values: found.change.after ?? {} };
    };
    return new ExpectedError(describeErrors(errors, { planned: find }));
  };

  return {
    async init() {
      const ran = await run(['init', '-reconfigure', ...PLAIN]);
      if (ran.code === 0) return;
      throw new ExpectedError(`${program.name} init failed: ${lastLines(ran.text)}${hintFor(ran.text)}`);
    },
    async provider() {
      return providerIn((await run(['version', '-json'])).text);
    },
    async addresses() {
      const shown = await run(['show', '-json']);
      if (shown.code !== 0) throw failure(shown);
      return addressesIn(shown.text);
    },
    async plan() {
      const changes = await makePlan();
      const shown = await run(['show', '-no-color', PLAN_FILE]);
      for (const line of shown.text.split('\n')) say(line);
      return { changes };
    },
    async apply() {
      const agreed = new Set(changesOf(planned));
      const endMs = now() + PATIENCE_MS;
      for (const pauses = [...PAUSES_MS]; ;) {
        const ran = await unlocked(() => run(['apply', '-json', ...PLAIN, PLAN_FILE], progress));
        if (ran.code === 0) return;
        const reason = reasonToWait(ran.errors);
        const pauseMs = pauses.shift();
        if (reason === undefined || pauseMs === undefined || now() + pauseMs > endMs) throw failure(ran);
        const minutes = counted(pauseMs / 60_000, 'minute');
        say(`Google does not know ${reason} everywhere yet. Waiting ${minutes}, then applying the rest.`);
        await sleep(pauseMs, context.interrupted);
        await makePlan();
        const more = unagreed(planned, agreed);
        if (more.length > 0)
          throw new ExpectedError(
            `There is more to do than was shown: ${more.join(', ')}. Run \`deploy\` again, which shows it.`,
          );
      }
    },
  };

  function progress({ type, '@message': message = '' }: TerraformMessage): void {
    if (type === 'apply_complete' || type === 'apply_errored' || type === 'change_summary') say(message);
  }
}

/** Undefined if one of them does not pass by waiting. */
function reasonToWait(errors: readonly TerraformError[]): string | undefined {
  const reasons = errors.map(lateReason);
  return reasons.includes(undefined) ? undefined : reasons[0];
}

/** Terraform's words for a provider that it could not download. */
const hintFor = (text: string): string =>
  /Failed to (query available provider|install provider)|registry/i.test(text)
    ? "\nIt downloads Google's provider: is this computer online, or behind a proxy (HTTPS_PROXY)?"
    : '';

const pause = (ms: number, signal: AbortSignal): Promise<unknown> => delay(ms, undefined, { signal });

const LAST_LINES = 12;
const lastLines = (text: string): string =>
  stripVTControlCharacters(text)
    .replaceAll(/[│╷╵]/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-LAST_LINES)
    .map((line) => line.trim())
    .join('\n');
