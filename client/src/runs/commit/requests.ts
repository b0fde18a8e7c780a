// A planned commit -> its requests.
import {
  commitRequest,
  type CommitRequest,
  LOCAL_PROJECT,
  MAX_REQUEST_BYTES,
  newRunId,
  parseWith,
} from '@mymlops/protocol';
import type { Context } from '../../core/context';
import { ExpectedError } from '../../core/errors';
import { localRunEnvironment } from '../../local/environment';
import type { Notebook } from '../../notebook/notebook';
import { submitter } from '../submitter';
import { sizeText } from '../../core/sizes';
import { machineSpecOf } from './machine-spec';
import type { CommitPlan } from './plan';

/** The part of a plan that goes into requests. */
type RequestedPlan = Pick<CommitPlan, 'config' | 'shared' | 'target'> & {
  notebooks: readonly Pick<Notebook, 'path' | 'codeCells'>[];
};

export interface RequestParts {
  source: CommitRequest['source'];
  outputRepository?: CommitRequest['outputRepository'];
  /** For the ids: see newRunId. */
  randomInt: (below: number) => number;
}

/** One request for each notebook, with a new id. Throws ExpectedError if a function would refuse it. */
export function requestsOf(
  context: Context,
  { config, notebooks, shared, target }: RequestedPlan,
  { source, outputRepository, randomInt }: RequestParts,
): CommitRequest[] {
  const now = new Date();
  return notebooks.map(({ path, codeCells }) =>
    checked({
      v: 1,
      type: 'commit',
      run: newRunId(now, randomInt),
      submittedBy: submitter(),
      submittedAt: now.toISOString(),
      notebook: path,
      codeCells,
      command: config.command,
      setup: config.setup,
      env: config.env,
      secrets: config.secrets && [...new Set(config.secrets)],
      setupSecrets: config.setup_secrets && [...new Set(config.setup_secrets)],
      readyCommand: config.ready_command,
      machine: machineSpecOf(config.instance, target),
      source,
      outputRepository,
      environment: target.project === LOCAL_PROJECT ? localRunEnvironment(context.env) : undefined,
      ...shared,
    }),
  );
}

/** Refuses a request here, before it is sent, if the function would refuse it. */
function checked(request: CommitRequest): CommitRequest {
  const text = JSON.stringify(request);
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_REQUEST_BYTES) {
    throw new ExpectedError(
      `This commit is too large: command, setup, parameters and notes have ${sizeText(bytes)} together, but at most ${sizeText(MAX_REQUEST_BYTES)} are allowed. Move large values into a file of the project.`,
    );
  }
  const parsed = parseWith(commitRequest, JSON.parse(text));
  if (parsed.ok) return request;
  throw new ExpectedError(`This commit would not be accepted: ${parsed.error}.`);
}
