// `doctor --bundle` after a real run with a marker in each place where a user can write: the file has the run, and no marker.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Desk, expectOk, newDesk } from './desk';
import { formsOf } from './markers';
import { type Answer, CERTIFICATE, startPretendGoogle } from './pretend-google';

/** It has the form of a name that Compute Engine takes: a form alone keeps nothing back. */
const MARKER = `marker-${randomBytes(8).toString('hex')}`;

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'mymlops-bundle-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('on this computer', () => {
  let desk: Desk;
  beforeAll(async () => {
    const output = join(folder, `${MARKER}.git`);
    execFileSync('git', ['init', '-q', '--bare', output]);
    writeFileSync(join(folder, 'value'), MARKER);
    desk = await newDesk({
      environment: { GIT_AUTHOR_EMAIL: `${MARKER}@example.com`, USER: MARKER },
      config: `project: local
commit:
  command: ./run.sh
  setup: echo ${MARKER}
  secrets: [API_KEY]
  output_repository:
    url: ${output}
    branch: ${MARKER}
    author: {name: ${MARKER}, email: ${MARKER}@example.com}
  env:
    A_VARIABLE: ${MARKER}
profiles:
  ${MARKER}: {}
`,
    });
    desk.write(
      'run.sh',
      `#!/bin/sh\necho ${MARKER} "$API_KEY"\necho ${MARKER} >&2\nexec python3 run_notebook.py "$1"\n`,
      0o755,
    );
    desk.write(`${MARKER}.csv`, MARKER);
  });
  afterAll(() => desk.close());

  test('the file has the run and its reports, and no text of its user', async () => {
    expectOk(await desk.client('secrets', 'set', 'API_KEY', '--from-file', join(folder, 'value')));
    const notebook = desk.notebook(`${MARKER}.ipynb`, [
      `import json, os\nnote = "${MARKER}"\nos.makedirs("artifacts", exist_ok=True)\nopen("artifacts/${MARKER}", "w").write(note)`,
      `json.dump({"${MARKER}": note}, open("metrics.json", "w"))\nprint(note)`,
      'raise ValueError(note)',
    ]);
    expect(await desk.client('commit', MARKER, notebook, '-n', MARKER, '-p', `note=${MARKER}`)).toMatchObject({
      code: 100,
    });
    const { run, message } = JSON.parse(expectOk(await desk.client('show', '--json')).stdout) as {
      run: string;
      message: string;
    };
    expect(message).toContain(MARKER);

    const { stderr } = expectOk(await desk.client('doctor', '--bundle', 'report.json'));
    expect(stderr).toMatch(/Wrote report\.json, .*read it before you send it/);
    const text = readFileSync(join(desk.project, 'report.json'), 'utf8');
    expect(formsOf(MARKER).filter((form) => text.includes(form))).toEqual([]);
    expect(text).not.toContain(desk.home);
    expect(text).not.toContain(desk.endpoints().token);
    expect(JSON.parse(text)).toMatchObject({
      unread: [],
      runs: [
        {
          run,
          facts: { status: 'failed', reason: 'user-error', attempts: { 1: { outcome: { exit: 1, timedOut: false } } } },
          events: expect.arrayContaining([expect.objectContaining({ attempt: 1, writer: 'agent' })]),
        },
      ],
      log: expect.arrayContaining([expect.objectContaining({ message: 'advance', run })]),
    });
  });
});

describe('on Google', () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await newDesk({ isCold: true, config: 'project: my-project\ncommit: {command: ./run.sh}\n' });
    desk.write('google.pem', CERTIFICATE);
    desk.write(
      'key.json',
      JSON.stringify({ type: 'authorized_user', client_id: 'x', client_secret: MARKER, refresh_token: MARKER }),
    );
  });
  afterAll(() => desk.close());

  const refusal = (permission: string): Answer => {
    const message = `Permission '${permission}' denied for ${MARKER}@example.com`;
    return { status: 403, body: { error: { code: 403, status: 'PERMISSION_DENIED', message } } };
  };

  /** Google where the caller may do nothing but what `may` answers. */
  async function bundleFrom(may: (host: string) => Answer | undefined, file: string) {
    const google = await startPretendGoogle(({ host }) =>
      host === 'oauth2.googleapis.com'
        ? { body: { access_token: MARKER, expires_in: 3600 } }
        : (may(host) ?? refusal('a.b.c')),
    );
    const user = desk.withEnvironment({
      ...google.environment(join(desk.project, 'google.pem')),
      GOOGLE_APPLICATION_CREDENTIALS: join(desk.project, 'key.json'),
    });
    const { stderr } = expectOk(await user.client('doctor', '--bundle', file));
    google.close();
    const text = readFileSync(join(desk.project, file), 'utf8');
    expect(text).not.toContain(MARKER);
    return { stderr, bundle: JSON.parse(text) as object };
  }

  test('without any right, the file says what could not be read, and the client says why', async () => {
    const { stderr, bundle } = await bundleFrom(() => undefined, 'no-right.json');
    expect(stderr).toMatch(/Not in the file: the log of the functions.*roles\/logging\.viewer/);
    const parts = ['settings', 'plan', 'runs', 'log'].map((part) =>
      expect.objectContaining({ part, why: 'failed', code: 7 }),
    );
    expect(bundle).toMatchObject({ cloud: 'Google', unread: expect.arrayContaining(parts) });
  });

  test('the log of the functions is in it, oldest first, and no text that is not ours', async () => {
    const entries = [
      { timestamp: '2026-11-21T10:00:02.5Z', severity: 'ERROR', textPayload: MARKER },
      { timestamp: '2026-11-21T10:00:01Z', severity: 'INFO', jsonPayload: { message: 'advance', cause: MARKER } },
    ];
    const { bundle } = await bundleFrom(
      (host) => (host === 'logging.googleapis.com' ? { body: { entries } } : undefined),
      'with-log.json',
    );
    expect(bundle).toMatchObject({
      log: [
        { time: '2026-11-21T10:00:01Z', severity: 'INFO', message: 'advance' },
        { time: '2026-11-21T10:00:02.5Z', severity: 'ERROR' },
      ],
    });
  });
});
