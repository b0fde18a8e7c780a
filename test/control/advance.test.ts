// A run from its request to its clean end, through the handlers.
import { handleRequest } from '../../functions/src/handlers/request';
import { failureWords } from '../../functions/src/engine/vm/failure-lookup';
import { aCommit, aMessage, aNotebook, anOutcome, anOutput, RUN } from '../fakes/builders';
import { fakeDeployment } from '../fakes/deployment';
import { expectNothingLeft } from './interrupted';
import { replaceInStore } from './store';

const cancel = { v: 1, type: 'cancel', run: RUN, by: 'ada', at: '2026-11-21T10:00:05.000Z' };
const pushed = { publication: { commit: 'd'.repeat(40) } };

describe('more than one invocation can do', () => {
  test('sixty stocked-out zones: the next invocation goes on, and no message fails', async () => {
    const deployment = fakeDeployment();
    const { google, state } = deployment;
    google.zones = Array.from({ length: 60 }, (_, index) => `zone-${String(index).padStart(2, '0')}`);
    google.faults.stockedOut = new Set(google.zones);
    let handovers = 0;
    const { ask } = google.context.bus;
    google.context.bus.ask = (request) => {
      if ('type' in request && request.type === 'advance') handovers++;
      return ask(request);
    };
    const { log } = google.context;
    const errors: string[] = [];
    google.context.log = (severity, message, fields) => {
      if (severity === 'ERROR') errors.push(message);
      log(severity, message, fields);
    };
    await deployment.publish(aCommit());
    expect(deployment.summary().message).toContain('Waiting for capacity since');
    expect((state().archive?.archived ?? 0) + Object.keys(state().attempts).length).toBe(60);
    expect(errors).toEqual([]);
    expect(handovers).toBeGreaterThan(0);
    expect(handovers).toBeLessThan(5);
  });

  test('two decisions that undo each other end in an error after some invocations, not in a circle', async () => {
    const { google } = fakeDeployment();
    google.documents.set(RUN, {
      state: { v: 1, request: aCommit(), attempts: {} },
      summary: { live: true },
      version: 1,
    });
    // Nothing that is written stays.
    replaceInStore(google, () => ({ update: () => Promise.resolve(false) }));
    let invocations = 0;
    for (
      let message: object | undefined = { v: 1, type: 'advance', kind: 'run', id: RUN };
      message;
      message = google.queue.shift()
    ) {
      invocations++;
      const one = handleRequest(aMessage(message), google.context);
      if (invocations <= 10) await one;
      else await expect(one).rejects.toThrow('does not settle');
    }
    expect(invocations).toBe(11);
  });
});

describe('what this deployment may not make', () => {
  const image = 'projects/other-company/global/images/family/theirs';
  const commit = aCommit({ machine: { provisioning: 'spot', image } });

  test('is not asked of Google: the run ends, and says who can allow it', async () => {
    const deployment = fakeDeployment();
    const { google } = deployment;
    const called: string[] = [];
    google.calls.before = (name) => void called.push(name);
    await deployment.publish(commit);
    expect(deployment.summary()).toMatchObject({ status: 'failed', reason: 'permission', live: false });
    expect(deployment.summary().message).toBe(
      'This deployment does not use images or snapshots of project other-company. Its administrator can add the project to allowed_image_projects.',
    );
    expect(called.filter((name) => name.startsWith('compute.'))).toEqual([]);
  });

  test('is made where its administrator has allowed it', async () => {
    const deployment = fakeDeployment();
    const { context, vms } = deployment.google;
    context.settings = {
      ...context.settings,
      limits: { ...context.settings.limits, imageProjects: ['other-company'] },
    };
    await deployment.publish(commit);
    expect([...vms.values()].map(({ body }) => body.disks[0]?.initializeParams?.sourceImage)).toEqual([image]);
  });
});

describe('the main job', () => {
  test('commit, boot, outcome, push, nothing left', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit({ outputRepository: anOutput }));
    expect(deployment.summary()).toMatchObject({ status: 'provisioning', zone: 'local-a', live: true });
    await deployment.report(1, { phase: 'execute', cells: 1, phases: { execute: '2026-11-21T10:00:12Z' } });
    expect(deployment.summary()).toMatchObject({
      status: 'running',
      phase: 'execute',
      progress: { cell: 2, cells: 2 },
    });
    await deployment.finish(2);
    expect(deployment.summary()).toMatchObject({ status: 'succeeded', live: true });
    expect(deployment.state().publication).toEqual({ state: 'pending' });
    const [vm] = [...deployment.google.vms.values()];
    expect(vm?.metadata['mymlops-control']).toBe('result=succeeded\n');
    await deployment.report(3, { phase: 'publish', outcome: true, ...pushed });
    expect(deployment.state().publication).toMatchObject({ state: 'done', commit: 'd'.repeat(40) });
    expectNothingLeft(deployment);
    expect(deployment.google.events.size).toBe(3);
  });

  test('without an output repository the VM is deleted as soon as the outcome is judged', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    await deployment.finish(1);
    expect(deployment.summary()).toMatchObject({ status: 'succeeded', live: false });
    expectNothingLeft(deployment);
  });

  test('the files for the publication say what the notebook earned', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit({ outputRepository: anOutput, notes: 'lr 0.1,\nnext' }));
    await deployment.finish(1, { command: { exit: 3, timedOut: false } });
    const prefix = `runs/${RUN}/attempts/1/publish/`;
    const { objects } = deployment.google;
    expect(JSON.parse(objects.get(`${prefix}metadata.json`) ?? '')).toMatchObject({
      commit: RUN,
      notebook: 'train.ipynb',
      notes: 'lr 0.1,\nnext',
      status: 'failed',
      exit_code: 3,
    });
    const subject = objects.get(`${prefix}message.txt`)?.split('\n')[0];
    expect(subject).toBe(`commit ${RUN}: notebooks/train.ipynb [failed] lr 0.1, next`);
  });

  test('a failed push leaves the status and says what to do', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit({ outputRepository: anOutput }));
    await deployment.finish(1);
    const message64 = Buffer.from('remote: refused').toString('base64');
    await deployment.report(2, { phase: 'publish', outcome: true, publication: { message64 } });
    expect(deployment.state()).toMatchObject({
      end: { status: 'succeeded' },
      publication: { state: 'failed', message: 'remote: refused' },
    });
    expectNothingLeft(deployment);
    await deployment.publish({
      v: 1,
      type: 'published',
      run: RUN,
      commit: 'e'.repeat(40),
      by: 'ada',
      at: '2026-11-21T11:00:00Z',
    });
    expect(deployment.state().publication).toMatchObject({ state: 'done', commit: 'e'.repeat(40) });
  });

  test('the same commit twice makes one VM', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    await deployment.publish(aCommit());
    expect([...deployment.google.created.values()]).toEqual([1]);
  });

  test('another commit under the same id changes nothing', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    await deployment.publish(aCommit({ command: 'rm -rf /' }));
    expect(deployment.state().request?.command).toBe('./run.sh');
  });
});

describe('cancel', () => {
  test('before its commit arrives: the commit ends at once and no VM is made', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(cancel);
    expect(deployment.summary()).toMatchObject({ status: 'cancelled', live: false });
    await deployment.publish(aCommit());
    expect(deployment.summary()).toMatchObject({ status: 'cancelled', reason: 'cancelled-by-user', live: false });
    expect(deployment.google.created.size).toBe(0);
  });

  test('while the notebook runs: the attempt is fenced, the VM deleted', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit({ outputRepository: anOutput, keepSeconds: 7200 }));
    await deployment.report(1, { phase: 'execute' });
    await deployment.publish(cancel);
    expect(deployment.summary()).toMatchObject({ status: 'cancelled', live: false });
    expect(deployment.google.objects.has(`runs/${RUN}/attempts/1/fenced`)).toBe(true);
    expectNothingLeft(deployment);
  });

  test('after the outcome was written: the outcome stands', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    deployment.google.objects.set(`runs/${RUN}/attempts/1/results/train.ipynb`, '{}');
    // The report is late: only the bucket knows.
    deployment.google.objects.set(`runs/${RUN}/attempts/1/outcome.json`, anOutcome());
    await deployment.publish(cancel);
    expect(deployment.state().end?.reason).not.toBe('cancelled-by-user');
  });

  test('while the VM is being created: what the insert made is deleted', async () => {
    const deployment = fakeDeployment();
    const { google } = deployment;
    google.calls.after = (name) => {
      if (name !== 'compute.insert') return;
      google.calls.after = () => {};
      google.queue.push(cancel);
      throw new Error('the invocation dies after the insert took effect');
    };
    await deployment.publish(aCommit());
    await deployment.sweep();
    google.nowMs += 180_000;
    await deployment.sweep();
    expect(deployment.state().end?.status).toBe('cancelled');
    expectNothingLeft(deployment);
  });

  test('after the end it changes nothing', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    await deployment.finish(1);
    await deployment.publish(cancel);
    expect(deployment.summary().status).toBe('succeeded');
  });
});

describe('what the VM leaves', () => {
  test('a notebook over the limit is judged by the exit code alone', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    await deployment.finish(1, {}, 'x'.repeat(64_000_001));
    expect(deployment.summary()).toMatchObject({ status: 'succeeded', live: false });
    expect(deployment.state().results?.unread).toBe('too-large');
  });

  test('a notebook that could not be saved is not blamed on the user', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    const lost = { path64: Buffer.from('train.ipynb').toString('base64'), message64: '' };
    await deployment.finish(1, { manifest: [], missing: [lost] });
    expect(deployment.summary()).toMatchObject({ status: 'failed', reason: 'results-incomplete' });
  });

  test('a missing file with a line break in its name broke the message', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    const lost = { path64: Buffer.from('artifacts/a\nb\u001b[2J').toString('base64'), message64: '' };
    await deployment.finish(1, { missing: [lost] });
    expect(deployment.summary().message).toBe('Missing: artifacts/a b ()');
  });

  test('an outcome that cannot be read ends the run and says so', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    await deployment.finish(1, { v: 7 });
    expect(deployment.summary()).toMatchObject({ status: 'failed', reason: 'internal', live: false });
    expectNothingLeft(deployment);
  });

  test("the message has the agent's own failure, not a guess", async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    const message64 = Buffer.from('the attempt could not be claimed: HTTP 403').toString('base64');
    for (let attempt = 1; attempt <= 3; attempt++) {
      await deployment.report(1, { failure: { reason: 'internal', message64 } }, attempt);
      for (const vm of deployment.google.vms.values()) vm.status = 'TERMINATED';
      await deployment.sweep();
    }
    expect(deployment.summary()).toMatchObject({ status: 'failed', reason: 'internal' });
    expect(deployment.summary().message).toContain('could not be claimed');
  });

  test('a push that is reported before the end was decided counts', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit({ outputRepository: anOutput }));
    deployment.google.objects.set(
      `runs/${RUN}/attempts/1/results/train.ipynb`,
      aNotebook([{ count: 1 }, { count: 2 }]),
    );
    deployment.google.objects.set(`runs/${RUN}/attempts/1/outcome.json`, anOutcome());
    await deployment.report(1, { phase: 'publish', outcome: true, ...pushed });
    expect(deployment.state().publication).toMatchObject({ state: 'done' });
    expectNothingLeft(deployment);
  });
});

test('a push that nobody hears of is given up, and counts when it is heard of late', async () => {
  const deployment = fakeDeployment();
  await deployment.publish(aCommit({ outputRepository: anOutput }));
  await deployment.finish(1);
  deployment.google.nowMs += 21 * 60_000;
  await deployment.sweep();
  expect(deployment.state().publication).toMatchObject({ state: 'failed' });
  expectNothingLeft(deployment);
  await deployment.report(2, { phase: 'publish', outcome: true, ...pushed });
  expect(deployment.state().publication).toMatchObject({ state: 'done' });
});

describe('Google says no', () => {
  const somewhere = { zone: 'local-a', machine: 'this-computer' };
  const GPUS = "Quota 'GPUS_ALL_REGIONS' exceeded. Limit: 0.0 globally.";
  const CPUS = "Quota 'CPUS' exceeded. Limit: 24.0 in region us-central1.";
  const RIGHT = "Required 'compute.instances.create' permission for 'projects/p/zones/z/instances/i'";
  const ACCOUNT = "The user does not have access to service account 'vm@p'.";
  const MISFIT = '[pd-ssd, n4-standard-16] features are not compatible for creating instance.';
  const IMAGE = "The resource 'projects/p/global/images/family/f' was not found";
  test.each([
    ['an operation', 'QUOTA_EXCEEDED', 'insertFails', GPUS, 'quota'],
    ['a call', 'quotaExceeded', 'insertRefused', CPUS, 'quota'],
    ['an operation', 'SERVICE_ACCOUNT_ACCESS_DENIED', 'insertFails', ACCOUNT, 'permission'],
    ['an operation', 'IAM_PERMISSION_DENIED', 'insertFails', RIGHT, 'permission'],
    ['a call', 'forbidden', 'insertRefused', RIGHT, 'permission'],
    ['a call', 'notFound', 'insertRefused', IMAGE, 'invalid-machine'],
    ['an operation', 'UNSUPPORTED_OPERATION', 'insertFails', MISFIT, 'invalid-machine'],
  ] as const)(
    '%s that fails with %s ends the run at once, and says what to do',
    async (_what, code, fault, cause, reason) => {
      const deployment = fakeDeployment();
      const { google } = deployment;
      google.faults[fault] = { code, message: cause };
      let inserts = 0;
      google.calls.before = (name) => void (inserts += name === 'compute.insert' ? 1 : 0);
      await deployment.publish(aCommit());
      expect(deployment.summary()).toMatchObject({ status: 'failed', reason, live: false });
      const { message, next } = failureWords(somewhere, { code, message: cause, reason, scope: 'all' });
      expect(deployment.summary().message).toBe(`${message} ${next}`);
      expect(inserts).toBe(1);
      expectNothingLeft(deployment);
    },
  );

  test('a VM whose time limit was dropped is deleted', async () => {
    const deployment = fakeDeployment();
    deployment.google.faults.dropsTimeLimit = true;
    await deployment.publish(aCommit());
    expect(deployment.summary()).toMatchObject({ status: 'failed', reason: 'internal' });
    expectNothingLeft(deployment);
  });

  test('nor kept; what it has completed nevertheless counts', async () => {
    const deployment = fakeDeployment();
    const { google } = deployment;
    google.faults.dropsTimeLimit = true;
    google.objects.set(`runs/${RUN}/attempts/1/outcome.json`, anOutcome());
    google.objects.set(`runs/${RUN}/attempts/1/results/train.ipynb`, aNotebook([{ count: 1 }, { count: 2 }]));
    await deployment.publish(aCommit({ keepSeconds: 3600 }));
    expect(deployment.summary()).toMatchObject({ status: 'succeeded', live: false });
    expectNothingLeft(deployment);
  });

  test('no zone matches', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit({ machine: { provisioning: 'spot', zoneRegex: 'mars-.*' } }));
    expect(deployment.summary()).toMatchObject({ status: 'failed', live: false });
    expect(deployment.summary().message).toContain('mars-.*');
  });
});
