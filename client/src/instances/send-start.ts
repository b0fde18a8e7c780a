// Decides what a start needs, and sends its request: a new instance with its source, the next period of one that is off, or nothing for
// one that is on.
import {
  hasLocalSsd,
  type InstanceDocument,
  type InstanceSpec,
  LOCAL_PROJECT,
  newInstanceUid,
  type StartRequest,
} from '@mymlops/protocol';
import type { Context } from '../core/context';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';
import { untilAborted } from '../core/interruption';
import type { Deployment } from '../deployment/connect';
import { isRefusal } from '../google/failures';
import { localRunEnvironment } from '../local/environment';
import { listeningState } from '../local/is-listening';
import { provideSecrets } from '../runs/commit/provide-secrets';
import { submitter } from '../runs/submitter';
import { decideStart, type StartDecision } from './decide-start';
import { differenceLines } from './differences';
import { withLocalPorts } from './local-ports';
import { freeName } from './names';
import { requireWanted, type StartPlan } from './plan-start';
import { startRequestOf } from './request';
import { provideSource } from './source';
import type { SpecWithoutSource } from './spec';
import type { Started } from './start-outcome';

export interface SentStart extends Started {
  name: string;
  /** For an instance that this command has just created, in case another computer does it too. */
  wanted?: SpecWithoutSource;
}

export interface SendingTools {
  randomInt(below: number): number;
  now(): Date;
}

/** Throws ExpectedError if nothing can be started, and whatever the sending throws: the start may then have been accepted. */
export async function sendStart(
  context: Context,
  deployment: Deployment,
  plan: StartPlan,
  { isNew, tools }: { isNew: boolean; tools: SendingTools },
): Promise<SentStart> {
  const reader = await deployment.instances();
  const isLocal = plan.target.project === LOCAL_PROJECT;
  const all = isLocal || isNew ? await untilAborted(context.interrupted, reader.list()) : [];
  const name = isNew ? freeName(plan.name, new Set(all.map(({ id }) => id))) : plan.name;
  const document = await untilAborted(context.interrupted, reader.get(name));
  if (document) refuseOthers(document, { ...plan, name });
  const others = all.filter(({ id }) => id !== name).map((one) => one.document);
  const wanted = plan.wanted && (await placed(plan.wanted.spec, { isLocal, document, others }));
  const decision = decideStart({ name, document, wanted });
  sayDecision(context, name, decision, document);
  const ready = { name, period: decision.period };
  if (decision.do === 'open') return { ...ready, uid: decision.uid };
  if (plan.wanted) {
    const { config, project } = plan.wanted;
    await untilAborted(context.interrupted, provideSecrets(context, { ...plan, config, project }, deployment));
  }
  const spec = decision.do === 'resume' ? decision.spec : await createdSpec(context, deployment, plan, wanted);
  const uid = decision.do === 'create' ? newInstanceUid(tools.randomInt) : decision.uid;
  const { machineType = '' } = spec.machine;
  if (hasLocalSsd(machineType)) {
    context.notice(
      `${machineType} has local SSDs, which lose their content whenever the VM is stopped. The boot disk keeps its own.`,
    );
  }
  const environment = isLocal ? { environment: localRunEnvironment(context.env) } : {};
  const parts = { ...ready, uid, spec: { ...spec, ...environment }, waitSeconds: plan.waitSeconds };
  await publish(context, deployment, startRequestOf(parts, tools.now()));
  return { ...ready, uid, ...(decision.do === 'create' && wanted && { wanted }) };
}

/** A name that was not given must not open what belongs to somebody else. */
function refuseOthers(
  { owner, status }: InstanceDocument,
  { name, isNamed }: Pick<StartPlan, 'name' | 'isNamed'>,
): void {
  if (isNamed || owner === undefined || owner === submitter() || status === 'deleted') return;
  throw new ExpectedError(
    `${name} belongs to ${owner}. For one of your own: mymlops-client start NAME. To open that one: mymlops-client start ${name}`,
    EXIT.usage,
  );
}

interface Neighbours {
  isLocal: boolean;
  document: InstanceDocument | null;
  others: readonly InstanceDocument[];
}

async function placed(spec: SpecWithoutSource, { isLocal, document, others }: Neighbours): Promise<SpecWithoutSource> {
  if (!isLocal) return spec;
  const services = await withLocalPorts({
    services: spec.services,
    known: document?.status === 'deleted' ? [] : (document?.spec?.services ?? []),
    taken: new Set(others.flatMap((other) => other.spec?.services.map(({ port }) => port) ?? [])),
    isInUse: async (port) => (await listeningState(`127.0.0.1:${port}`)) !== 'closed',
  });
  return { ...spec, services };
}

async function createdSpec(
  context: Context,
  deployment: Deployment,
  plan: StartPlan,
  wanted: SpecWithoutSource | undefined,
): Promise<InstanceSpec> {
  const { project, config, spec } = requireWanted(plan);
  const { target } = plan;
  const source = await untilAborted(
    context.interrupted,
    provideSource({ context, project, config, target, deployment }),
  );
  return { ...(wanted ?? spec), ...source };
}

function sayDecision(context: Context, name: string, decision: StartDecision, document: InstanceDocument | null): void {
  const lines: string[] = [];
  const owner = document?.owner;
  const isOthers = owner !== undefined && owner !== submitter() && decision.do !== 'create';
  if (isOthers) lines.push(`${name} belongs to ${owner}.`);
  if (decision.do === 'create-again') {
    lines.push(`${name} has no disk: ${document?.message ?? ''} It is made anew, from this folder as it is now.`);
  }
  if (decision.do === 'resume') lines.push(`${name} is started again, with its disk as it was.`);
  if (decision.do === 'resume' || decision.do === 'open') {
    lines.push(...differenceLines(decision.differences, name, decision.do === 'open'));
  }
  for (const line of lines) context.notice(line);
}

async function publish(context: Context, deployment: Deployment, request: StartRequest): Promise<void> {
  const { interrupted } = context;
  const bus = await deployment.bus();
  interrupted.throwIfAborted();
  try {
    await untilAborted(interrupted, bus.publish(request));
  } catch (error) {
    if (!isRefusal(error)) {
      context.notice(`${request.name} may have been started nevertheless.`);
      context.notice('  to check: mymlops-client ps');
      context.notice(`  to stop it: mymlops-client stop ${request.name}`);
    }
    throw error;
  }
}
