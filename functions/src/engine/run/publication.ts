// The two files that a git publication adds to the results: metadata.json and the commit's message. Pure.
import { parametersOf, type RunState, writeJson } from '@mymlops/protocol';
import { finishedAtOf, startedAtOf } from './clocks';

/** The predecessor's seven keys with their meaning, and ours beside them; sorted, indented by 4, as it wrote them. */
export function metadataJson(state: RunState): string {
  const { request, end, results } = state;
  if (!request || !end) throw new Error('only an ended run is published');
  const attempt = end.attempt === undefined ? undefined : state.attempts[end.attempt];
  const params = parametersOf(request);
  const { machine } = request;
  const fields: Record<string, unknown> = {
    commit: request.run,
    notebook: request.notebook.split('/').at(-1),
    repository: request.source.origin?.remote ?? null,
    branch: request.source.origin?.branch ?? null,
    artifacts: request.artifacts,
    notes: request.notes ?? null,
    accelerator: machine.accelerator?.type ?? null,
    accelerator_count: machine.accelerator?.count ?? null,
    image: machine.image ?? null,
    snapshot: machine.snapshot ?? null,
    profile: request.profile ?? null,
    schema_version: 1,
    run_id: request.run,
    attempt: end.attempt,
    notebook_path: request.notebook,
    source_sha: request.source.origin?.commit ?? null,
    source_tree: request.source.tree,
    source_dirty: request.source.origin?.dirty ?? null,
    command: request.command,
    params,
    // As far as that can be seen: injected, read, or unknown.
    params_use: results?.parametersUse ?? null,
    status: end.status,
    reason: end.reason ?? null,
    message: end.message,
    error: results?.notebook?.error ?? null,
    exit_code: attempt?.outcome?.exit ?? null,
    created_at: request.submittedAt,
    started_at: startedAtOf(state) ?? null,
    finished_at: finishedAtOf(state) ?? null,
    machine_type: attempt?.vm.machine ?? null,
    zone: attempt?.vm.zone ?? null,
    provisioning: attempt?.vm.provisioning ?? null,
  };
  const sorted = Object.fromEntries(Object.entries(fields).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return `${writeJson(sorted, { indent: '    ', texts: new Set([params]) })}\n`;
}

/**
 * `commit <run>: <notebook> [status] notes`, with trailers for tools. Notes of several lines follow whole: the subject has
 * them on one.
 */
export function commitMessage(state: RunState): string {
  const { request, end } = state;
  if (!request || !end) throw new Error('only an ended run is published');
  const { run, notebook, notes = '', source } = request;
  const oneLine = notes.split(/\s+/).join(' ').trim();
  const trailers = [
    `Run-Id: ${run}`,
    `Source-Tree: ${source.tree}`,
    ...(source.origin?.commit ? [`Source-Sha: ${source.origin.commit}`] : []),
  ];
  const subject = `commit ${run}: ${notebook} [${end.status}] ${oneLine}`.trim();
  const body = oneLine === notes.trim() ? [] : [notes];
  return `${[subject, ...body, trailers.join('\n')].join('\n\n')}\n`;
}
