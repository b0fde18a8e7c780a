# ---- the sampling program: what the signals say ----------------------------------------------------------------------
# The last part of the program. `judge` is a pure function of what was known, what was found, and the time; a test calls it by itself.

signals_program() {
  processes_program
  kernels_program
  cat <<'PYTHON'
SIGNALS = ['kernels', 'terminals', 'ssh', 'cpu', 'gpu', 'exec']
GAP_SECONDS = 120  # between two samples: after a longer one nobody knows what happened meanwhile
CPU_SHARE = 0.1  # of one core
GPU_PERCENT = 5
STARTING_SECONDS = 300
CONNECTION_BYTES = 20000  # of an ssh connection without a terminal, between two samples: less keeps it open only
DETAIL_LENGTH = 90


def judge(known, facts, now, cpu_window):
    """What is known now, and what each signal says. `known` is the result of the last call, or empty; `now` in seconds."""
    if not known or not 0 <= now - known['at'] <= GAP_SECONDS:
        known = {'since': {}, 'ttys': {}, 'connections': {}, 'kernels': {}, 'cpu': None, 'spent': []}
    facts_of_ttys = dict(facts['terminals'], **facts['ssh'])
    kernels, said_kernels = judge_kernels(known['kernels'], facts['kernels'], now)
    spent, said_cpu = judge_cpu(known, facts['cpu'], now, cpu_window)
    said = {
        'kernels': said_kernels,
        'terminals': judge_inputs(known['ttys'], facts['terminals']),
        'ssh': judge_ssh(known, facts),
        'cpu': said_cpu,
        'gpu': judge_gpu(facts['gpu']),
        'exec': ('busy', facts['exec'][0]) if facts['exec'] else ('absent', ''),
    }
    since = {name: known['since'].get(name, now) for name, (says, _) in said.items() if says == 'idle'}
    signals = {}
    for name in SIGNALS:
        says, detail = said[name]
        signals[name] = {'says': says}
        if says == 'idle':
            signals[name]['idleSeconds'] = int(now - since[name])
        if detail and says in ('busy', 'unknown'):
            signals[name]['detail64'] = base64.b64encode(detail[:DETAIL_LENGTH].encode()).decode()
    news = {'at': now, 'since': since, 'ttys': facts_of_ttys, 'connections': facts['connections']}
    return dict(news, kernels=kernels, cpu=facts['cpu'], spent=spent), signals


def judge_kernels(known, facts, now):
    if facts is None:
        return {}, ('absent', '')
    kept, busy, unknown = {}, '', facts['unknown'][0] if facts['unknown'] else ''
    for name, kernel in sorted(facts['kernels'].items()):
        before = known.get(name)
        state, activity = kernel['state'], kernel['activity']
        was_busy = before is not None and before['state'] == 'busy'
        # A kernel that ran something between two samples: its activity is later, and it may be that of its user.
        has_run = before is not None and before['activity'] != activity and (was_busy or kernel['tracks'])
        starting = before['starting'] if before and before['starting'] is not None else now
        kept[name] = {'state': state, 'activity': activity, 'starting': starting if state == 'starting' else None}
        is_forgotten = state == 'dead' or (state == 'starting' and kernel['clients'] == 0 and now - starting > STARTING_SECONDS)
        if not is_forgotten and (state not in ('idle', 'dead') or has_run or was_busy):
            busy = '%s, %s' % (kernel['name'], state if state != 'idle' else 'ran a moment ago')
    if busy:
        return kept, ('busy', busy)
    return kept, ('unknown', unknown) if unknown else ('idle', '')


def judge_inputs(known, found):
    """A terminal that is seen for the first time has just been opened."""
    typed = [tty for tty, input in sorted(found.items()) if known.get(tty) != input]
    if typed:
        return 'busy', typed[0]
    return ('idle' if found else 'absent'), ''


def judge_ssh(known, facts):
    says, detail = judge_inputs(known['ttys'], facts['ssh'])
    for name, count in facts['connections'].items():
        if count - known['connections'].get(name, 0) > CONNECTION_BYTES:
            return 'busy', 'a connection without a terminal'
    return ('idle' if says == 'absent' and facts['connections'] else says), detail


def judge_cpu(known, processes, now, window):
    """Busy above a share of one core in the window. `spent` lists the seconds between two samples, with their ends."""
    if processes is None:
        return [], ('unknown', 'this system does not show processes')
    before, used = known['cpu'], {}
    if before is not None:
        for key, (seconds, parent, name) in processes.items():
            used[key] = max(0, seconds - before.get(key, [0])[0])
        for key, (seconds, parent, _) in before.items():  # its parent has counted its time a second time
            if key not in processes and parent in used:
                used[parent] = max(0, used[parent] - seconds)
    spent = [[at, seconds] for at, seconds in known['spent'] if at > now - window] + [[now, sum(used.values())]]
    if sum(seconds for _, seconds in spent) <= CPU_SHARE * window:
        return spent, ('idle', '')
    most = max(used, key=lambda key: used[key]) if used else ''
    return spent, ('busy', '%s, process %s' % (processes[most][2], most.split(':')[0]) if most else '')


def judge_gpu(facts):
    if facts is None:
        return 'absent', ''
    if 'unknown' in facts:
        return 'unknown', facts['unknown']
    return ('busy', '%d %%' % facts['percent']) if facts['percent'] > GPU_PERCENT else ('idle', '')


def verdict_of(signals, window):
    """As the control plane has it (functions/src/engine/instance/idle.ts): a word, the signal, seconds."""
    said = [(name, signals[name]) for name in SIGNALS if name in signals and signals[name]['says'] != 'absent']
    for says in ('busy', 'unknown'):
        for name, each in said:
            if each['says'] == says:
                return says, name, 0
    if not said:
        return 'silent', '-', 0
    name, last = min(said, key=lambda each: each[1].get('idleSeconds', 0))
    seconds = last.get('idleSeconds', 0)
    return ('idle' if seconds >= window else 'recent'), name, seconds


def find_facts(private, agent, bind, token_file, on_gce):
    table = processes()
    scope = in_scope(table, agent, private, on_gce)
    facts = terminal_facts(table, scope)
    facts['cpu'] = spent_by(table, scope - servers(table, private)) if table else None
    facts['exec'] = [table[pid]['name'] for pid in sorted(scope) if 'MYMLOPS_EXEC' in variables_of(pid)]
    facts['gpu'] = gpu_facts(scope, on_gce)
    facts['kernels'] = kernel_facts(table, scope, private, bind, token_file, on_gce)
    return facts


def sample(private, now, window, cpu_window, agent, bind, token_file, on_gce):
    try:
        known = json.loads(text_of(private + '/known'))
    except ValueError:
        known = {}
    facts = find_facts(private, int(agent), bind, token_file, on_gce == 'true')
    known, signals = judge(known, facts, int(now), int(cpu_window))
    with open(private + '/known.new', 'w') as file:
        json.dump(known, file)
    os.replace(private + '/known.new', private + '/known')
    print('%s %s %d' % verdict_of(signals, int(window)))
    print(json.dumps(signals, separators=(',', ':'))[1:-1])


def main(how, *words):
    signal.alarm(90)
    if how == 'sample':
        sample(*words)
        return
    told = json.load(sys.stdin)  # a test: the samples of a history
    known = {}
    for now, facts in told['samples']:
        known, signals = judge(known, facts, now, told['cpuWindow'])
        print(json.dumps({'signals': signals, 'verdict': verdict_of(signals, told['window'])}))


main(*sys.argv[1:])
PYTHON
}
