// `local up|down|status|reset`: the local cloud's process.
import { defaultConfig, findProjectConfig } from '../config/project-config';
import type { Context } from '../core/context';
import { showJson } from '../view/show-json';
import { isReachable } from '../local/emulators';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';
import { deploymentAt } from '../deployment/connect';
import { connectionTo, refuseDiversions } from '../google/connection';
import { destroyLocalCloud, ensureLocalCloud, runningLocalCloud, stopLocalCloud } from '../local/local-cloud';
import { counted, type Emulated, emulatorsIn, type Endpoints, LOCAL_PROJECT } from '@mymlops/protocol';
import { stateFolder } from '../local/state-folder';

/** Options of `local up` that are passed on to the local cloud's program. */
const FORWARDED = ['sweepSeconds', 'graceSeconds', 'idleMinutes', 'heartbeatSeconds', 'progressSeconds'] as const;

/** Looked at for those that have not ended. */
const NEWEST_RUNS = 200;

export type LocalUpOptions = Partial<Record<(typeof FORWARDED)[number], string>> & { json?: boolean };

export async function localUp(context: Context, options: LocalUpOptions): Promise<number> {
  refuseDiversions(LOCAL_PROJECT, context.env);
  const flags = FORWARDED.flatMap((name) => {
    const value = options[name];
    if (value === undefined) return [];
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    if (!(Number(value) > 0)) throw new ExpectedError(`${flag} must be a number above 0, not ${value}.`, EXIT.usage);
    return [flag, value];
  });
  const already = await runningLocalCloud(context);
  if (already && flags.length > 0) {
    throw new ExpectedError(
      'The local cloud is already running, with other settings. Stop it first: mymlops-client local down',
    );
  }
  const config = findProjectConfig(context.cwd, context.env)?.config ?? defaultConfig();
  const { pid } = await ensureLocalCloud(context, config.deployment, flags);
  return say(
    context,
    options,
    { running: true, pid, started: !already },
    `The local cloud ${already ? 'is already running' : 'has started'}, process ${pid}.`,
  );
}

export async function localDown(context: Context, options: { json?: boolean }): Promise<number> {
  const running = await runningLocalCloud(context);
  const live = running ? await countLiveRuns(context, running) : 0;
  const stopped = await stopLocalCloud(context);
  const sentence = stopped ? 'The local cloud has stopped.' : 'The local cloud is not running.';
  const have = `${counted(live, 'run')} ${live === 1 ? 'has' : 'have'} not ended. Notebooks that are running continue`;
  const later = ` ${have}; their results are saved, and waiting runs begin, when the local cloud starts again: with the next commit, or with mymlops-client local up.`;
  const data = { running: false, stopped, live };
  return say(context, options, data, `${sentence}${stopped && live > 0 ? later : ''}`);
}

/** Among the newest runs. 0 if they cannot be read: a local cloud that does not answer must be stopped nevertheless. */
async function countLiveRuns({ env }: Context, running: Endpoints): Promise<number> {
  const { deployment: name } = running;
  const deployment = deploymentAt(connectionTo({ project: LOCAL_PROJECT, deployment: name }, env, running));
  try {
    const newest = await (await deployment.runs()).list(NEWEST_RUNS);
    return newest.filter(({ document }) => document.request && !document.end).length;
  } catch {
    return 0;
  } finally {
    await deployment.close();
  }
}

export async function localStatus(context: Context, options: { json?: boolean }): Promise<number> {
  const running = await runningLocalCloud(context);
  const folder = stateFolder(context.env);
  const addresses = running && {
    firestore: running.firestore,
    pubsub: running.pubsub,
    compute: running.compute,
    storage: running.storage,
    ...(running.secrets !== undefined && { secrets: running.secrets }),
  };
  const emulators = await Promise.all(
    Object.entries(running ? emulatorsIn(running) : {}).map(async ([service, address]) => ({
      service: service as Emulated,
      address,
      answers: await isReachable(address),
    })),
  );
  const result = { running: running !== null, pid: running?.pid ?? null, stateFolder: folder, addresses, emulators };
  if (options.json) showJson(context, result);
  else {
    context.print(running ? `running, process ${running.pid}\n` : 'not running\n');
    context.print(`state folder ${folder}\n`);
    for (const [name, address] of Object.entries(addresses ?? {})) {
      const emulator = emulators.find(({ service }) => service === name);
      const note = emulator && ` (Google's emulator${emulator.answers ? '' : ', not responding'})`;
      context.print(`${name} ${address}${note ?? ''}\n`);
    }
  }
  return EXIT.done;
}

export async function localReset(context: Context, options: { yes?: boolean; json?: boolean }): Promise<number> {
  const folder = stateFolder(context.env);
  if (!options.yes) {
    const answer = await context.ask(`Delete all runs, results and VMs of the local cloud in ${folder}? [y/N] `);
    if (answer === null)
      throw new ExpectedError(
        'Cannot ask for confirmation without a terminal. Use: mymlops-client local reset --yes',
        EXIT.usage,
      );
    if (!/^y(es)?$/i.test(answer.trim())) {
      context.notice('Nothing was changed.');
      return EXIT.error;
    }
  }
  const running = await runningLocalCloud(context);
  await stopLocalCloud(context);
  await destroyLocalCloud(context);
  const kept = running?.emulators?.length ? " Google's emulator keeps its data until it is stopped." : '';
  return say(
    context,
    options,
    { running: false, reset: true, stateFolder: folder },
    `The local cloud in ${folder} was reset.${kept}`,
  );
}

function say(context: Context, options: { json?: boolean }, result: object, sentence: string): number {
  if (options.json) showJson(context, result);
  else context.notice(sentence);
  return EXIT.done;
}
