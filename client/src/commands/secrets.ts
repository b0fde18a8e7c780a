// `secrets`: stores, lists and removes values that only the VMs of the deployment can read.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  DEPLOY_KEY,
  deployKeyIn,
  isVariableName,
  LARGEST_SECRET,
  secretId,
  secretNameIn,
  storedMarkOf,
  VARIABLE_RULE,
} from '@mymlops/protocol';
import type { Context } from '../core/context';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';
import { targetFromHere, withDeployment } from '../deployment/connect';
import { unreadable } from '../files/unreadable';
import { showJson } from '../view/show-json';
import { localTime } from '../view/times';

interface JsonOption {
  json?: boolean;
}

/** The value comes from a file, from stdin, or from a line that is not shown; never from the command line, which others see. */
export async function secretsSet(
  context: Context,
  name: string,
  options: JsonOption & { fromFile?: string },
): Promise<number> {
  requireName(name);
  const target = targetFromHere(context);
  const value = await valueOf(context, name, options.fromFile);
  if (context.interrupted.aborted) return EXIT.interrupted;
  requireValue(name, value);
  await withDeployment(context, target, async (deployment) =>
    (await deployment.secrets()).set(secretId(target.deployment, name), value),
  );
  return say(
    context,
    options,
    { name, stored: true },
    `Secret ${name} is stored. Runs that begin from now on read it.`,
  );
}

export async function secretsLs(context: Context, options: JsonOption): Promise<number> {
  const target = targetFromHere(context);
  const stored = await withDeployment(context, target, async (deployment) => (await deployment.secrets()).list());
  const found = stored
    .flatMap(({ id, createTime }) => {
      const deployKey = deployKeyIn(target.deployment, id);
      const name = deployKey ?? secretNameIn(target.deployment, id);
      return name === undefined ? [] : [{ name, createdAt: createTime, ...(deployKey && { deployKey: true }) }];
    })
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
  if (options.json) {
    showJson(context, found);
    return EXIT.done;
  }
  if (found.length === 0) context.notice('No secrets. To store one: mymlops-client secrets set NAME');
  const width = Math.max(0, ...found.map(({ name }) => name.length));
  for (const { name, createdAt, deployKey } of found) {
    const what = deployKey ? ', a deploy key' : '';
    context.print(`${name.padEnd(width)}  created ${localTime(createdAt)}${what}\n`);
  }
  return EXIT.done;
}

export async function secretsRm(context: Context, name: string, options: JsonOption): Promise<number> {
  const isDeployKey = DEPLOY_KEY.test(name);
  if (!isDeployKey) requireName(name);
  const target = targetFromHere(context);
  const id = secretId(target.deployment, name);
  const wasThere = await withDeployment(context, target, async (deployment) => {
    const secrets = await deployment.secrets();
    if (isDeployKey) await secrets.remove(storedMarkOf(id)); // first: without it the next commit stores the key anew
    return secrets.remove(id);
  });
  if (!wasThere) {
    const list = 'To list them: mymlops-client secrets ls';
    throw new ExpectedError(`The deployment ${target.deployment} has no secret ${name}. ${list}`, EXIT.notFound);
  }
  return say(context, options, { name, removed: true }, `Secret ${name} is removed.`);
}

function requireName(name: string): void {
  if (isVariableName(name)) return;
  throw new ExpectedError(`${JSON.stringify(name)} cannot be the name of a secret: ${VARIABLE_RULE}.`, EXIT.usage);
}

async function valueOf(context: Context, name: string, file: string | undefined): Promise<Buffer> {
  if (file === undefined) return context.secretInput(`Value of ${name} (not shown): `);
  try {
    return readFileSync(resolve(context.cwd, file));
  } catch (error) {
    throw unreadable(file, error);
  }
}

function requireValue(name: string, value: Buffer): void {
  if (value.length === 0) {
    throw new ExpectedError(
      `The value of ${name} is empty; nothing was stored. To remove it: mymlops-client secrets rm ${name}`,
    );
  }
  if (value.includes(0)) {
    throw new ExpectedError(
      `The value of ${name} contains a NUL byte, which no variable can hold; nothing was stored. Encode it, for example as base64.`,
    );
  }
  if (value.length > LARGEST_SECRET) {
    throw new ExpectedError(
      `The value of ${name} has more than ${LARGEST_SECRET} bytes, the most that Secret Manager takes; nothing was stored. Put it into a bucket, and only the key to it into a secret.`,
    );
  }
}

function say(context: Context, options: JsonOption, result: object, sentence: string): number {
  if (options.json) showJson(context, result);
  else context.notice(sentence);
  return EXIT.done;
}
