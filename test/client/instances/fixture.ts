// A deployment with instances for one test file: the test answers in the functions' place.
import { join } from 'node:path';
import type { InstanceDocument, InstanceRequest } from '@mymlops/protocol';
import type { Context } from '../../../client/src/core/context';
import { testContext, type TestContext } from '../context';
import { startStandIns, type StandIns } from '../stand-ins';
import { useTempFolders } from '../temp-folder';

export const NOW = new Date('2026-01-01T13:00:00.000Z');

export interface Instances {
  standIns(): StandIns;
  tools(): { open: StandIns['open']; now(): Date; patienceMs: number };
  context(overrides?: Partial<Context>): TestContext;
  set(name: string, document: InstanceDocument): Promise<unknown>;
  /** For each request the document that is there after it. */
  answerWith(answer: (request: InstanceRequest) => InstanceDocument | undefined): InstanceRequest[];
}

/** Call at the top of a file. */
export function useInstances(): Instances {
  const tempFolder = useTempFolders();
  let standIns: StandIns;
  let folder: string;
  beforeEach(async () => {
    folder = tempFolder();
    standIns = await startStandIns(tempFolder());
  });
  afterEach(async () => {
    // The end of the client's stream arrives before the answer to this: no stream is cut off.
    await standIns.firestore.doc('instances/none').get();
    await standIns.close();
  });
  const set = (name: string, document: InstanceDocument): Promise<unknown> =>
    standIns.firestore.doc(`instances/${name}`).set(JSON.parse(JSON.stringify(document)) as object);
  return {
    standIns: () => standIns,
    tools: () => ({ open: standIns.open, now: () => NOW, patienceMs: 10_000 }),
    context: (overrides = {}) =>
      testContext({
        ...{ cwd: folder, flags: { project: 'my-project' } },
        env: { PATH: process.env['PATH'], HOME: folder, MYMLOPS_HOME: join(folder, 'state') },
        ...overrides,
      }),
    set,
    answerWith(answer) {
      const requests: InstanceRequest[] = [];
      standIns.onMessage(async (message) => {
        const request = message as unknown as InstanceRequest;
        requests.push(request);
        const document = answer(request);
        if (document) await set(request.name, document);
      });
      return requests;
    },
  };
}
