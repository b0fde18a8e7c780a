// Secrets and the values of their versions, in one file that only this user may read. A deleted value leaves the file at once.
import { join } from 'node:path';
import { HttpError } from '../shared/http';
import { openJournal } from '../state/journal';

export interface Secret {
  project: string;
  id: string;
  createTime: string;
  labels: Record<string, string>;
}

/** The first version is number 1. */
export interface Version {
  number: number;
  data: Buffer;
}

export interface SecretStore {
  /** Throws HttpError 409 if it exists. */
  create(secret: Secret): void;
  /** In the order of their ids. */
  list(project: string): Secret[];
  /** Returns its number. Throws HttpError 404. */
  add(project: string, id: string, data: Buffer): number;
  /** `latest`, or a number. Throws HttpError 404. */
  read(project: string, id: string, version: string): Version;
  /** With all versions. Throws HttpError 404. */
  remove(project: string, id: string): void;
  close(): void;
}

type Entry =
  | { type: 'secret'; secret: Secret }
  | { type: 'version'; project: string; id: string; data64: string }
  | { type: 'removed'; project: string; id: string };

interface Stored {
  secret: Secret;
  versions: Buffer[];
}

export function openSecretStore(folder: string): SecretStore {
  const secrets = new Map<string, Stored>();
  const apply = (entry: Entry): void => {
    if (entry.type === 'secret') secrets.set(nameOf(entry.secret.project, entry.secret.id), { ...entry, versions: [] });
    else if (entry.type === 'removed') secrets.delete(nameOf(entry.project, entry.id));
    else secrets.get(nameOf(entry.project, entry.id))?.versions.push(Buffer.from(entry.data64, 'base64'));
  };
  const journal = openJournal<Entry>(join(folder, 'secrets.jsonl'), apply);
  const record = (entry: Entry): void => {
    journal.append(entry);
    apply(entry);
  };

  function* entries(): Generator<Entry> {
    for (const { secret, versions } of secrets.values()) {
      yield { type: 'secret', secret };
      const { project, id } = secret;
      for (const data of versions) yield { type: 'version', project, id, data64: data.toString('base64') };
    }
  }

  const find = (project: string, id: string): Stored => {
    const found = secrets.get(nameOf(project, id));
    if (!found) throw notFound(`Secret [${nameOf(project, id)}] not found.`);
    return found;
  };

  return {
    create(secret) {
      const name = nameOf(secret.project, secret.id);
      if (secrets.has(name)) {
        throw new HttpError(409, 'alreadyExists', `Secret [${name}] already exists.`, 'ALREADY_EXISTS');
      }
      record({ type: 'secret', secret });
    },
    list: (project) =>
      [...secrets.values()]
        .map(({ secret }) => secret)
        .filter((secret) => secret.project === project)
        .toSorted((one, other) => (one.id < other.id ? -1 : 1)),
    add(project, id, data) {
      const { versions } = find(project, id);
      record({ type: 'version', project, id, data64: data.toString('base64') });
      return versions.length;
    },
    read(project, id, version) {
      const versions = secrets.get(nameOf(project, id))?.versions ?? [];
      const number = version === 'latest' ? versions.length : Number(version);
      const data = versions[number - 1];
      if (data) return { number, data };
      throw versions.length === 0
        ? notFound(`Secret [${nameOf(project, id)}] not found or has no versions.`)
        : notFound(`Secret Version [${nameOf(project, id)}/versions/${version}] not found.`);
    },
    remove(project, id) {
      find(project, id);
      record({ type: 'removed', project, id });
      journal.rewrite(entries());
    },
    close: () => journal.close(),
  };
}

const nameOf = (project: string, id: string): string => `projects/${project}/secrets/${id}`;

const notFound = (message: string): HttpError => new HttpError(404, 'notFound', message, 'NOT_FOUND');
