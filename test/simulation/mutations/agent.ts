// The model of the VM's agent broken on purpose.
import { MINUTE, RUN, RESUMED, model, type Mutation } from './mutation';

export const AGENT: Mutation[] = [
  {
    name: 'the agent takes the end by a preemption for the exit of the command',
    file: model('agent'),
    from: "if (ended === 'interrupted' && (await isGoingDown(agent)))",
    to: 'if (false)',
    shownBy: { faults: [{ kind: 'exit-then-preempt', run: RUN, attempt: 1, afterMs: 60_000 }] },
  },
  {
    name: 'the agent does not look whether its attempt is fenced',
    file: model('agent'),
    from: '(await read(`${prefix}${ATTEMPT_OBJECTS.fence}`)) !== undefined;',
    to: 'false;',
    shownBy: {
      run: { maxRunSeconds: 3000, command: { durationMs: 45 * MINUTE, exit: 0, hasError: false, failsInSetup: false } },
      faults: [
        { kind: 'reports-lost', what: '', fromMs: 2 * MINUTE, toMs: 60 * MINUTE },
        { kind: 'delete-lies', what: '', fromMs: 0, toMs: 70 * MINUTE },
      ],
    },
  },
  {
    name: 'the agent runs an attempt that another boot has claimed',
    file: model('agent'),
    from: 'const isOurs = owner === bootId &&',
    to: 'const isOurs = owner !== undefined &&',
    shownBy: 10,
  },
  {
    name: 'the agent writes its outcome over what is there',
    file: model('agent-calls'),
    from: 'if (google.objects.has(name)) return false;',
    to: '',
    shownBy: 10,
  },
  {
    name: 'the agent names a checkpoint whose data it has not sent',
    file: model('agent-checkpoints'),
    from: 'await agent.write(dataOf(saved), String(progressMs));',
    to: '',
    shownBy: RESUMED,
  },
  {
    name: 'the agent lists a result that it has not sent',
    file: model('agent-results'),
    from: 'await agent.write(object, text);',
    to: '',
    shownBy: { faults: [] },
  },
  {
    name: 'the agent cuts a result off',
    file: model('agent-results'),
    from: 'await agent.write(object, text);',
    to: 'await agent.write(object, text.slice(0, -1));',
    shownBy: { run: { files: 1 }, faults: [] },
  },
  {
    name: 'the agent takes an outcome that is its own for that of another boot',
    file: model('agent-results'),
    from: 'return isOurs || (await agent.read(object)) === text;',
    to: 'return isOurs;',
    shownBy: { faults: [{ kind: 'answers-lost', run: RUN, attempt: 1, ms: 0 }] },
  },
];
