import type { RunState } from '@mymlops/protocol';
import { commitMessage, metadataJson } from '../../../functions/src/engine/run/publication';
import { RUN, aCommit } from '../../fakes/builders';
import { agentSaid, aRun, at, cameUp, outcome } from './states';

function ended(notes: string | undefined): RunState {
  const request = aCommit({ notes });
  const end = { status: 'succeeded' as const, message: '1 cell ran', attempt: 1, at: '2026-11-21T10:01:00.000Z' };
  return { request, end, attempts: {} } as unknown as RunState;
}

const SUBJECT = `commit ${RUN}: notebooks/train.ipynb [succeeded]`;
const TRAILERS = `Run-Id: ${RUN}\nSource-Tree: ${'a'.repeat(40)}\n`;

test.each<[string | undefined, string]>([
  [undefined, `${SUBJECT}\n\n${TRAILERS}`],
  ['', `${SUBJECT}\n\n${TRAILERS}`],
  [' \n ', `${SUBJECT}\n\n${TRAILERS}`],
  ['lr 0.1, "best" \'so far\' 😀', `${SUBJECT} lr 0.1, "best" 'so far' 😀\n\n${TRAILERS}`],
  ['-x', `${SUBJECT} -x\n\n${TRAILERS}`],
  ['one\ntwo\t3', `${SUBJECT} one two 3\n\none\ntwo\t3\n\n${TRAILERS}`],
  ['Run-Id: other\nx', `${SUBJECT} Run-Id: other x\n\nRun-Id: other\nx\n\n${TRAILERS}`],
])('the message of notes %j', (notes, message) => {
  expect(commitMessage(ended(notes))).toBe(message);
});

test.each(['a\nb', '"', '\\', '\u001b[31m\u0007', '😀', '-x', ''])('metadata.json keeps notes %j', (notes) => {
  expect((JSON.parse(metadataJson(ended(notes))) as { notes: string }).notes).toBe(notes);
});

test('metadata.json turned the float 1.0 into the integer 1', () => {
  const request = aCommit({ parameters: { share: '1.0', seed: '12345678901234567890', layers: '[64, 1.0]' } });
  const json = metadataJson({ ...ended(''), request });
  expect(json).toContain(
    '    "params": {\n        "share": 1.0,\n        "seed": 12345678901234567890,\n        "layers": [64, 1.0]\n    },\n',
  );
  expect(json).toContain('    "params_use": null,\n');
});

test('metadata.json claimed parameters that nobody is known to have used', () => {
  const results = { attempt: 1, files: 1, bytes: 1, parametersUse: 'unknown' as const };
  const json = metadataJson({ ...ended(''), request: aCommit({ parameters: { lr: '0.5' } }), results });
  expect(JSON.parse(json)).toMatchObject({ params: { lr: 0.5 }, params_use: 'unknown' });
});

describe('the fields of metadata.json', () => {
  const end = { status: 'failed' as const, reason: 'user-error' as const, message: 'm', attempt: 2, at: at(100) };
  const origin = { branch: 'main', commit: 'e'.repeat(40), remote: 'https://example.org/x.git', dirty: 3 };
  const error = { cell: 1, ename: 'E', evalue: 'v' };
  const notebook = { executedCells: 1, codeCells: 2, tolerated: false, injected: false, error };
  const always = {
    commit: RUN,
    notebook: 'train.ipynb',
    artifacts: false,
    schema_version: 1,
    run_id: RUN,
    notebook_path: 'notebooks/train.ipynb',
    source_tree: 'a'.repeat(40),
    command: './run.sh',
    params: {},
    message: 'm',
    created_at: '2026-11-21T10:00:00.000Z',
  };

  test('all that may be known, sorted', () => {
    const request = aCommit({
      notes: 'lr 0.1',
      profile: 'gpu',
      machine: { provisioning: 'spot', image: 'i', snapshot: 's', accelerator: { type: 'nvidia-l4', count: 2 } },
      source: { ...aCommit().source, origin },
    });
    const reports = agentSaid({ phases: { boot: at(12) } });
    const attempts = {
      1: cameUp({ zone: 'local-x' }),
      2: cameUp({ period: { reports } }, { outcome: { ...outcome, exit: 4 } }),
    };
    const results = { attempt: 2, files: 1, bytes: 1, parametersUse: 'read' as const, notebook };
    const fields = JSON.parse(metadataJson(aRun({ request, attempts, end, results }))) as object;
    expect(Object.keys(fields)).toEqual(Object.keys(fields).toSorted());
    expect(fields).toStrictEqual({
      ...always,
      repository: 'https://example.org/x.git',
      branch: 'main',
      notes: 'lr 0.1',
      accelerator: 'nvidia-l4',
      accelerator_count: 2,
      image: 'i',
      snapshot: 's',
      profile: 'gpu',
      attempt: 2,
      source_sha: 'e'.repeat(40),
      source_dirty: 3,
      params_use: 'read',
      status: 'failed',
      reason: 'user-error',
      error,
      exit_code: 4,
      started_at: at(12),
      finished_at: at(80),
      machine_type: 'this-computer',
      zone: 'local-a',
      provisioning: 'spot',
    });
  });

  test('no more than must be known', () => {
    const { attempt: _, reason: __, ...bare } = end;
    const nothing = [
      'repository',
      'branch',
      'notes',
      'accelerator',
      'accelerator_count',
      'image',
      'snapshot',
      'profile',
      'source_sha',
      'source_dirty',
      'params_use',
      'reason',
      'error',
      'exit_code',
      'started_at',
      'machine_type',
      'zone',
      'provisioning',
    ];
    expect(JSON.parse(metadataJson(aRun({ end: bare })))).toStrictEqual({
      ...always,
      ...Object.fromEntries(nothing.map((name) => [name, null])),
      status: 'failed',
      finished_at: at(100),
    });
  });

  test('an attempt without an outcome has no exit code', () => {
    const json = metadataJson(aRun({ attempts: { 2: cameUp() }, end }));
    expect(JSON.parse(json)).toMatchObject({ attempt: 2, exit_code: null, zone: 'local-a' });
  });

  test('the commit that the snapshot came from is named in the message', () => {
    const request = aCommit({ source: { ...aCommit().source, origin } });
    expect(commitMessage(aRun({ request, end }))).toMatch(new RegExp(`\\nSource-Sha: ${'e'.repeat(40)}\\n$`));
  });

  test.each([
    ['has not ended', aRun()],
    ['has no request', aRun({ request: undefined, end })],
  ])('a run that %s is not published', (_what, run) => {
    expect(() => metadataJson(run)).toThrow('only an ended run is published');
    expect(() => commitMessage(run)).toThrow('only an ended run is published');
  });
});
