// Secrets in Secret Manager: their names and new values. No call here reads a value; only VMs may.
import { crc32c } from '@mymlops/protocol';
import { ExpectedError } from '../core/errors';
import type { Connection } from './connection';
import { within } from './deadline';
import { RestError, restOnGoogle, restOnThisComputer, type Rest } from './rest';

export interface StoredSecret {
  id: string;
  createTime: string;
}

export interface Secrets {
  /** Stores a value, as the newest version; creates the secret if it does not exist. */
  set(id: string, value: Buffer): Promise<void>;
  /** Makes a secret without a value. It may exist. */
  create(id: string): Promise<void>;
  /** Those of the whole project, in no order. */
  list(): Promise<StoredSecret[]>;
  /** False if there is none. */
  remove(id: string): Promise<boolean>;
}

const HOST = 'secretmanager.googleapis.com';
const NOT_FOUND = 5;
const ALREADY_EXISTS = 6;

/** Throws ExpectedError where the local cloud is of a version without secrets. */
export function openSecrets(connection: Connection): Secrets {
  const rest = restOf(connection);
  const call: Rest = (...args) => within(connection, 'Secret Manager', rest(...args));
  const root = `/v1/projects/${connection.names.project}/secrets`;
  const add = (id: string, value: Buffer): Promise<unknown> =>
    call(`${root}/${id}:addVersion`, {
      payload: { data: value.toString('base64'), dataCrc32c: String(crc32c(0, value)) },
    });
  const create = async (id: string): Promise<void> => {
    await call(`${root}?secretId=${id}`, { replication: { automatic: {} } }).catch((refused: unknown) => {
      if (!hasCode(refused, ALREADY_EXISTS)) throw refused;
    });
  };
  return {
    create,
    async set(id, value) {
      try {
        await add(id, value);
      } catch (error) {
        if (!hasCode(error, NOT_FOUND)) throw error;
        await create(id);
        await add(id, value);
      }
    },
    async list() {
      const found: StoredSecret[] = [];
      for (let token: string | undefined = ''; token !== undefined;) {
        const query: string = token === '' ? '' : `?pageToken=${encodeURIComponent(token)}`;
        const page = (await call(`${root}${query}`, undefined, 'GET')) as Page;
        for (const { name, createTime } of page.secrets ?? []) {
          found.push({ id: name.slice(name.lastIndexOf('/') + 1), createTime });
        }
        token = page.nextPageToken || undefined;
      }
      return found;
    },
    async remove(id) {
      try {
        await call(`${root}/${id}`, undefined, 'DELETE');
        return true;
      } catch (error) {
        if (hasCode(error, NOT_FOUND)) return false;
        throw error;
      }
    },
  };
}

interface Page {
  secrets?: { name: string; createTime: string }[];
  nextPageToken?: string;
}

function restOf({ names, endpoints }: Connection): Rest {
  if (!endpoints) return restOnGoogle(HOST, names.project);
  if (endpoints.secrets !== undefined) return restOnThisComputer(endpoints.secrets, endpoints.token);
  throw new ExpectedError(
    'The running local cloud is of another version, which has no secrets. Run `mymlops-client local down`, then repeat the command.',
  );
}

const hasCode = (error: unknown, code: number): boolean => error instanceof RestError && error.code === code;
