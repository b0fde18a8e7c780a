# ---- the sampling program: processes and GPUs ------------------------------------------------------------------------
# Python, as bash would need a process for each file that it reads. What it prints is the first part of the program.

# Python 3.6 will do, without any package.
processes_program() {
  cat <<'PYTHON'
import base64, http.client, json, os, re, shutil, signal, socket, ssl, subprocess, sys, urllib.parse

TICKS = os.sysconf('SC_CLK_TCK')


def text_of(path):
    try:
        with open(path, 'rb') as file:
            return file.read().decode('utf-8', 'replace')
    except OSError:
        return ''


def numbers_in(path):
    return [int(word) for word in text_of(path).split() if word.isdigit()]


def processes():
    """All processes by their ids. proc(5): fields of stat; the name may hold anything but its last bracket."""
    found = {}
    for name in os.listdir('/proc') if os.path.isdir('/proc/self') else []:
        line = text_of('/proc/' + name + '/stat') if name.isdigit() else ''
        if ')' not in line:
            continue
        comm = line[line.index('(') + 1 : line.rindex(')')]
        rest = line[line.rindex(')') + 2 :].split()
        tty = int(rest[4])
        found[int(name)] = {
            'key': name + ':' + rest[19],
            'name': comm,
            'parent': int(rest[1]),
            'state': rest[0],
            'tty': (tty & 0xFF | tty >> 12 & 0xFFF00) + ((tty >> 8 & 0xFFF) - 136) * 256 if 136 <= tty >> 8 & 0xFFF <= 143 else None,
            'seconds': sum(int(field) for field in rest[11:15]) / TICKS,
        }
    return found


def below(table, roots):
    """These processes and all that descend from them."""
    inside, news = set(), set(pid for pid in roots if pid in table)
    while news:
        inside |= news
        news = set(pid for pid, each in table.items() if each['parent'] in inside and pid not in inside)
    return inside


def services_in(private):
    """The agent's list: port, process, and whether the service got the token."""
    lines = [line.split() for line in text_of(private + '/services').splitlines()]
    return [(int(port), int(group), token == 'token') for port, group, token in lines]


def variables_of(pid):
    pairs = text_of('/proc/%d/environ' % pid).split('\0')
    return dict(pair.split('=', 1) for pair in pairs if '=' in pair)


# Units of systemd that are not the system's own daemons: the agent's, containers, and what a user runs as a unit.
OF_USERS = re.compile(r'google-startup-scripts|docker-|libpod-|cri-|crio-|nerdctl-|/run-|machine-')


def is_daemon(pid):
    """By its cgroup: cgroups(7). A line is number:controllers:path."""
    paths = [line.split(':', 2)[-1] for line in text_of('/proc/%d/cgroup' % pid).splitlines()]
    return any(re.match(r'/(system\.slice|init\.scope)', path) and not OF_USERS.search(path) for path in paths)


def in_scope(table, agent, private, on_gce):
    """The processes that may be somebody's work: all but the kernel's, the system's and the agent's own."""
    roots = numbers_in(private + '/group') + numbers_in(private + '/kept-group')
    users = below(table, roots + [group for _, group, _ in services_in(private)])
    own = below(table, [agent]) - users
    if on_gce:
        return set(p for p in table if p != 2 and table[p]['parent'] != 2 and p not in own and (p in users or not is_daemon(p)))
    mark = os.environ.get('MYMLOPS_VM', '')
    return users | set(p for p in table if p not in own and mark and variables_of(p).get('MYMLOPS_VM') == mark)


def listeners(port, pids):
    """Those of the processes that listen on the port: /proc/net/tcp, state 0A."""
    inodes = set()
    for line in (text_of('/proc/net/tcp') + text_of('/proc/net/tcp6')).splitlines():
        fields = line.split()
        if len(fields) > 9 and fields[3] == '0A' and int(fields[1].rsplit(':', 1)[1], 16) == port:
            inodes.add('socket:[%s]' % fields[9])
    found = set()
    for pid in pids:
        try:
            names = os.listdir('/proc/%d/fd' % pid)
            if any(os.readlink('/proc/%d/fd/%s' % (pid, name)) in inodes for name in names):
                found.add(pid)
        except OSError:
            pass
    return found


def servers(table, private):
    """The services' own servers: what listens on the declared port, and what started that."""
    found = set()
    for port, group, _ in services_in(private):
        for pid in listeners(port, below(table, [group])):
            while pid in table and pid not in found:
                found.add(pid)
                if pid == group:
                    break
                pid = table[pid]['parent']
    return found


def terminal_facts(table, scope):
    """The last input of each terminal: a read moves the access time of its device, output only the other one (tty_io.c)."""
    terminals, logins, quiet = {}, {}, {}
    for pid in scope:
        each, number = table[pid], table[pid]['tty']
        if number is not None:
            try:
                place = logins if is_login(table, pid) else terminals
                place['pts/%d' % number] = os.stat('/dev/pts/%d' % number).st_atime_ns
            except OSError:
                pass
        if each['name'].startswith('sshd') and '@notty' in text_of('/proc/%d/cmdline' % pid):
            words = re.findall(r'^[rw]char: (\d+)', text_of('/proc/%d/io' % pid), re.M)
            quiet[each['key']] = sum(int(word) for word in words)
    return {'terminals': terminals, 'ssh': logins, 'connections': quiet}


def is_login(table, pid):
    while pid in table:
        if table[pid]['name'].startswith('sshd'):
            return True
        pid = table[pid]['parent']
    return False


def spent_by(table, pids):
    return {table[p]['key']: [table[p]['seconds'], table.get(table[p]['parent'], {}).get('key', ''), table[p]['name']] for p in pids}


def answer_of(words, limit=10):
    """The output of a program; None if it failed. One that hangs in the driver cannot be killed, and is not waited for."""
    program = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        output = program.communicate(timeout=limit)[0].decode()
    except subprocess.TimeoutExpired:
        program.kill()
        raise
    return output if program.returncode == 0 else None


def gpu_facts(scope, on_gce):
    """The highest use of a GPU in percent; None without a GPU. https://docs.nvidia.com/deploy/nvidia-smi/index.html"""
    if shutil.which('nvidia-smi') is None:
        return None
    try:
        said = answer_of(['nvidia-smi', '--query-gpu=utilization.gpu', '--format=csv,noheader,nounits'])
        if said is None or not said.strip():
            return None
        if not on_gce:
            users = answer_of(['nvidia-smi', '--query-compute-apps=pid', '--format=csv,noheader']) or ''
            if not any(int(word) in scope for word in users.split() if word.isdigit()):
                return {'percent': 0}
        words = [line.strip() for line in said.splitlines()]
        if not all(word.isdigit() for word in words):
            return {'unknown': 'nvidia-smi does not say how much the GPU is used (MIG?)'}
        return {'percent': max(int(word) for word in words)}
    except subprocess.TimeoutExpired:
        return {'unknown': 'nvidia-smi does not answer'}


PYTHON
}
