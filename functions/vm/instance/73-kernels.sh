# ---- the sampling program: kernels of Jupyter ------------------------------------------------------------------------
# The second part of the program. It asks the Jupyter servers of this VM, and no address beyond it.

kernels_program() {
  cat <<'PYTHON'
# From this version on `last_activity` is moved by what a user runs, and not by an open page (untracked_message_types).
# https://github.com/jupyter-server/jupyter_server/blob/main/jupyter_server/services/kernels/kernelmanager.py
TRACKS_USERS = (2, 8)
LIMIT_SECONDS = 5


def runtime_folders(scope, on_gce):
    homes = [os.environ.get('HOME', '/root')]
    if on_gce:
        homes += ['/root'] + ['/home/' + name for name in (os.listdir('/home') if os.path.isdir('/home') else [])]
    folders = [home + '/.local/share/jupyter/runtime' for home in homes] + [home + '/Library/Jupyter/runtime' for home in homes]
    for pid in scope:
        given = variables_of(pid)
        if 'JUPYTER_RUNTIME_DIR' in given:
            folders.append(given['JUPYTER_RUNTIME_DIR'])
        elif 'JUPYTER_DATA_DIR' in given:
            folders.append(given['JUPYTER_DATA_DIR'] + '/runtime')
    return sorted(set(folders))


def running_servers(folders, table):
    """By the files that jupyter-server (jpserver-) and the classic notebook (nbserver-) keep while they run."""
    found = []
    for folder in folders:
        for name in os.listdir(folder) if os.path.isdir(folder) else []:
            if not re.match(r'(jp|nb)server-\d+\.json$', name):
                continue
            try:
                said = json.loads(text_of(folder + '/' + name))
                pid, url = int(said['pid']), urllib.parse.urlsplit(said['url'])
                if pid in table or not table:
                    found.append({'pid': pid, 'url': url, 'port': int(said['port']), 'token': str(said.get('token', '')), 'password': bool(said.get('password'))})
            except (ValueError, KeyError, TypeError):
                pass
    return found


def ask(scheme, host, port, path, token):
    """Status and JSON of an answer. Raises OSError. Redirects are not followed: a page that asks for a password is one."""
    if scheme == 'https':
        connection = http.client.HTTPSConnection(host, port, timeout=LIMIT_SECONDS, context=ssl._create_unverified_context())
    else:
        connection = http.client.HTTPConnection(host, port, timeout=LIMIT_SECONDS)
    try:
        connection.request('GET', path, headers={'Authorization': 'token ' + token} if token else {})
        answer = connection.getresponse()
        body = answer.read(2000000)
    except http.client.HTTPException as error:
        raise OSError(str(error))
    finally:
        connection.close()
    try:
        return answer.status, json.loads(body.decode('utf-8', 'replace'))
    except ValueError:
        return answer.status, None


def kernels_of(scheme, hosts, port, base, token):
    """The kernels of one server. Raises OSError where none of the hosts answers, PermissionError where it needs a password."""
    error = OSError('no address')
    for host in hosts:
        try:
            status, about = ask(scheme, host, port, base + 'api', token)
            if status != 200 or not isinstance(about, dict) or 'version' not in about:
                return None
            status, said = ask(scheme, host, port, base + 'api/kernels', token)
        except OSError as problem:
            error = problem
            continue
        if status != 200 or not isinstance(said, list):
            raise PermissionError('HTTP %d' % status)
        numbers = [int(word) for word in re.findall(r'\d+', about['version'])[:2]]
        return [dict(kernel, tracks=tuple(numbers) >= TRACKS_USERS and 'notebook' not in about) for kernel in said]
    raise error


def kernel_facts(table, scope, private, bind, token_file, on_gce):
    """None without any server or kernel."""
    processes = lone_kernels(scope)
    found, unknown, asked = {}, [], set()
    places = []
    for server in running_servers(runtime_folders(scope, on_gce), table):
        host = server['url'].hostname or ''
        hosts = [host] if host in ('localhost', '::1') or host.startswith('127.') else [bind, '127.0.0.1']
        places.append((server['url'].scheme, hosts, server['port'], server['url'].path or '/', server['token'], server['pid']))
    own = text_of(token_file).strip()
    declared = [port for port, _, has_token in services_in(private) if has_token]
    places += [('http', [bind], port, '/', own, None) for port in declared]
    for scheme, hosts, port, base, token, pid in places:
        if port in asked:
            continue
        try:
            kernels = kernels_of(scheme, hosts, port, base if base.endswith('/') else base + '/', token)
        except PermissionError:
            asked.add(port)
            unknown.append('Jupyter on port %d needs a password: start it with no password and with the token $JUPYTER_TOKEN' % port)
            continue
        except OSError:
            if pid is not None and re.search('jupyter|notebook', text_of('/proc/%d/cmdline' % pid)):
                unknown.append('Jupyter on port %d does not answer' % port)
            continue
        if kernels is not None:
            asked.add(port)
            for kernel in kernels:
                found[str(kernel.get('id'))] = {
                    'name': str(kernel.get('name')),
                    'state': str(kernel.get('execution_state')),
                    'clients': int(kernel.get('connections') or 0),
                    'activity': str(kernel.get('last_activity')),
                    'tracks': kernel['tracks'],
                }
    if not unknown:
        unknown += ['the kernel of process %d belongs to no server that is known' % pid for pid, name in sorted(processes.items()) if name not in found]
    if not found and not unknown and not asked:
        return None
    return {'kernels': found, 'unknown': unknown}


def lone_kernels(scope):
    """Processes of ipykernel, and the id in the name of their connection file."""
    found = {}
    for pid in scope:
        command = text_of('/proc/%d/cmdline' % pid).replace('\0', ' ')
        if re.search(r'-m ipykernel|ipykernel_launcher', command):
            name = re.search(r'kernel-([0-9a-f-]+)\.json', command)
            found[pid] = name.group(1) if name else ''
    return found


PYTHON
}
