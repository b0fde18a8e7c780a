// Runs and instances that go on, for `cancel --all` and `kill --all`.
import type { InstanceDocument, RunDocument } from '@mymlops/protocol';
import type { Deployment } from '../deployment/connect';
import type { KnownInstance } from '../instances/find-instance';
import { submitter } from '../runs/submitter';
import { isOn, isWanted } from '../view/instance-facts';
import { keptUntilOf } from '../view/kept-vm';
import { runTitle } from '../view/run-title';
import { printableLine } from '../view/printable';

/** One line for the user. */
interface Shown {
  title: string;
  status: string;
  owner: string;
}

export type LiveItem = Shown &
  ({ kind: 'run'; id: string } | { kind: 'instance'; id: string; document: KnownInstance });

export interface LiveWork {
  /** Those that the command is about. */
  items: LiveItem[];
  /** How many of other users it leaves out. */
  others: number;
}

export interface LiveWorkOptions {
  /** False: runs only. */
  withInstances: boolean;
  /** Those of all users. */
  everyone: boolean;
  now: Date;
}

/** Runs first, oldest first. A run that has ended is among them while its VM is kept. */
export async function findLiveWork(
  deployment: Pick<Deployment, 'runs' | 'instances'>,
  { withInstances, everyone, now }: LiveWorkOptions,
): Promise<LiveWork> {
  const [runs, instances] = await Promise.all([
    deployment.runs().then((reader) => reader.live()),
    withInstances ? deployment.instances().then((reader) => reader.list()) : [],
  ]);
  const all = [
    ...runs.filter(({ document }) => goesOn(document, now)).map(({ run, document }) => runItem(run, document)),
    ...instances.flatMap(({ id, document }) => instanceItem(id, document)),
  ];
  const items = everyone ? all : all.filter(({ owner }) => owner === submitter());
  return { items, others: all.length - items.length };
}

const goesOn = (document: RunDocument, now: Date): boolean =>
  !document.removing && (document.end ? keptUntilOf(document, now) !== undefined : document.cancel === undefined);

const runItem = (run: string, document: RunDocument): LiveItem => ({
  ...{ kind: 'run', id: run, title: runTitle(run, document), owner: printableLine(document.submittedBy ?? '-') },
  status: document.end ? `${document.status}, its VM is kept` : document.status,
});

function instanceItem(name: string, document: InstanceDocument): LiveItem[] {
  const { uid, status, owner } = document;
  if (uid === undefined || !isOn(document) || !isWanted(document)) return [];
  const shown = { title: name, status, owner: printableLine(owner ?? '-') };
  return [{ ...shown, kind: 'instance', id: name, document: { ...document, uid } }];
}
