// The deploy key of the output repository: stored as a secret at its first use, named from then on. Its id tells repository and
// key apart by their hashes, since the client can read no secret.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type CommitRequest, deployKeyIn, LARGEST_SECRET, secretId, storedMarkOf } from '@mymlops/protocol';
import type { Context } from '../../core/context';
import { ExpectedError } from '../../core/errors';
import type { Deployment } from '../../deployment/connect';
import { unreadable } from '../../files/unreadable';
import type { StoredSecret } from '../../google/secrets';
import { deployKeyFile } from '../../snapshot/deploy-keys';
import { printableLine } from '../../view/printable';
import type { CommitPlan } from './plan';

type OutputRepository = NonNullable<CommitRequest['outputRepository']>;

/** The predecessor cloned the source with this key, and its files stay valid. */
const SOURCE_KEY =
  'repository.deploy_key has no effect: the source is sent as a snapshot, which a VM reads without a key. The key that pushes results is output_repository.deploy_key.';

/** The repository as it is requested. Throws ExpectedError where no key can be named. */
export async function provideDeployKey(
  context: Pick<Context, 'notice' | 'env'>,
  plan: Pick<CommitPlan, 'config' | 'target' | 'project'>,
  deployment: Pick<Deployment, 'secrets'>,
  repository: OutputRepository,
): Promise<OutputRepository> {
  const { deploy_key: name, known_hosts: knownHosts } = plan.config.output_repository ?? {};
  if (plan.config.repository?.deploy_key !== undefined) context.notice(SOURCE_KEY);
  if (name === undefined) return repository;
  const found = await findDeployKey(context, plan, deployment, repository.url);
  if (found === undefined) {
    context.notice(
      `output_repository.deploy_key has no effect: ${printableLine(repository.url)} is not an address of ssh.`,
    );
    return repository;
  }
  const { deployKey, unstored } = found;
  if (unstored) {
    const id = secretId(plan.target.deployment, deployKey);
    const secrets = await deployment.secrets();
    await secrets.set(id, unstored);
    await secrets.create(storedMarkOf(id));
    context.notice(
      `Stored the deploy key ${printableLine(name)} as the secret ${deployKey}. Later commits only name it.`,
    );
  }
  return { ...repository, deployKey, ...(knownHosts !== undefined && { knownHosts: `${knownHosts.trimEnd()}\n` }) };
}

interface FoundKey {
  /** The secret that holds it. */
  deployKey: string;
  /** The key, if the secret does not hold it yet. */
  unstored?: Buffer;
}

/**
 * The deploy key for the repository `url`; undefined where the settings name none, or the address is not one of ssh. Changes
 * nothing. Throws ExpectedError for a key that cannot be used, and for one that neither the file nor a secret has.
 */
export async function findDeployKey(
  { env }: Pick<Context, 'env'>,
  { config, target, project }: Pick<CommitPlan, 'config' | 'target' | 'project'>,
  deployment: Pick<Deployment, 'secrets'>,
  url: string,
): Promise<FoundKey | undefined> {
  const { deploy_key: name } = config.output_repository ?? {};
  if (name === undefined || !isSshAddress(url)) return undefined;
  const file = deployKeyFile(name, project.folder, env);
  const key = readKey(file);
  const stored = await (await deployment.secrets()).list();
  const start = `deploy-key-${hashOf(url)}-`;
  const deployKey = key ? `${start}${hashOf(key)}` : newestWith(stored, target.deployment, start);
  if (deployKey === undefined) {
    throw new ExpectedError(
      `The deploy key ${file} does not exist, and the deployment ${target.deployment} has none for ${printableLine(url)}. Nothing was sent. Commit once where the file is.`,
    );
  }
  // A secret may be there without a value: whoever made it may have been ended before the value followed.
  const mark = storedMarkOf(secretId(target.deployment, deployKey));
  const isStored = stored.some(({ id }) => id === mark);
  return { deployKey, ...(key && !isStored && { unstored: key }) };
}

/** With ssh as its protocol, or in ssh's short form `host:path`. */
const isSshAddress = (url: string): boolean =>
  /^(ssh|git\+ssh|ssh\+git):\/\//i.test(url) || (!/^[a-z][a-z0-9+.-]*:\/\//i.test(url) && /^[^/]+:/.test(url));

/** 64 bits of SHA-256: enough to tell apart, and they say nothing about a key. */
const hashOf = (value: string | Buffer): string => createHash('sha256').update(value).digest('hex').slice(0, 16);

/** Undefined where the file does not exist: the key may be stored already. */
function readKey(file: string): Buffer | undefined {
  let key: Buffer;
  try {
    key = readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unreadable(`The deploy key ${file}`, error, 'Name the file of the key: output_repository.deploy_key.');
  }
  const text = keyTextIn(key);
  if (key.length > LARGEST_SECRET || text === undefined) {
    throw new ExpectedError(`The deploy key ${file} is not a whole private key. Name the file without .pub.`);
  }
  if (isEncrypted(text)) {
    throw new ExpectedError(
      `The deploy key ${file} has a passphrase, which nobody enters on a VM. Make one without: ssh-keygen -t ed25519 -N '' -f FILE`,
    );
  }
  return Buffer.from(text, 'latin1');
}

/** With line ends as ssh reads them, and without what an editor has put before it. */
function keyTextIn(key: Buffer): string | undefined {
  const found = /-----BEGIN ([A-Z ]*PRIVATE KEY)-----[^]*-----END \1-----/.exec(key.toString('latin1'));
  return found ? `${found[0].replaceAll('\r\n', '\n')}\n` : undefined;
}

/** OpenSSH's own form names the cipher in its first bytes (PROTOCOL.key of OpenSSH), the others say it in words. */
function isEncrypted(text: string): boolean {
  if (text.includes('ENCRYPTED')) return true;
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([^-]*)/.exec(text)?.[1] ?? '';
  const start = Buffer.from(body.replace(/\s/g, '').slice(0, 60), 'base64').toString('latin1');
  return start.startsWith('openssh-key-v1\0') && !start.startsWith('openssh-key-v1\0\0\0\0\u0004none');
}

function newestWith(stored: readonly StoredSecret[], deployment: string, start: string): string | undefined {
  const newestFirst = stored.toSorted((one, other) => (one.createTime < other.createTime ? 1 : -1));
  const keys = newestFirst.map(({ id }) => deployKeyIn(deployment, id)).filter((name) => name?.startsWith(start));
  const marks = new Set(stored.map(({ id }) => id));
  // Earlier versions of the client have made no marks.
  return keys.find((name) => name && marks.has(storedMarkOf(secretId(deployment, name)))) ?? keys[0];
}
