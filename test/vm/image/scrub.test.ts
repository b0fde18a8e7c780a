// Scrubbing: of a disk in a folder, with one marker in each place that must not become part of an image, and others in places that
// must. It runs on no computer's own disk but that of a VM of Compute Engine.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { scriptsOf } from '../rooms';

let folder: string;
let disk: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mymlops-scrub-'));
  disk = join(folder, 'disk');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const MARKER = 'marker-4f1c';

function put(path: string, content = `${MARKER}\n`): void {
  mkdirSync(dirname(join(disk, path)), { recursive: true });
  writeFileSync(join(disk, path), content);
}

const read = (path: string): string => readFileSync(join(disk, path), 'utf8');

/** All of the agent but its way through. */
const AGENT = [...scriptsOf('common'), ...scriptsOf('image')].join('\n').replace(/\nmain\n*$/, '\n');

interface Ended {
  status: number | null;
  said: string;
}

/** Calls `scrub` in an agent that has only been loaded. `before` is shell text. */
function scrub(root: string, before = ''): Ended {
  const text = `${AGENT}\ntrap - EXIT\nprivate='${folder}'\ntrap 'printf "%s\\n" "$error_message"' EXIT\n${before}\nscrub '${root}' || { echo "left:$scrub_left"; exit 7; }\n`;
  const script = join(folder, 'scrub.sh');
  writeFileSync(script, text);
  const env = { PATH: process.env['PATH'], HOME: folder, LC_ALL: 'C' };
  const { status, stdout, stderr } = spawnSync('/bin/bash', [script], { encoding: 'utf8', env, cwd: folder });
  return { status, said: `${stdout}${stderr}`.trim() };
}

/** Of a home. */
const AT_HOME = [
  '.ssh/authorized_keys',
  '.ssh/id_ed25519',
  '.ssh/known_hosts',
  '.ssh/.hidden',
  '.ssh/keys/one',
  '.bash_history',
  '.python_history',
  '.psql_history',
  '.mysql_history',
  '.node_repl_history',
  '.zsh_history',
  '.lesshst',
  '.local/state/lesshst',
  '.viminfo',
  '.ipython/profile_default/history.sqlite',
  '.git-credentials',
  '.config/git/credentials',
  '.netrc',
  '.config/gcloud/credentials.db',
  '.config/gcloud/legacy/.deep/adc.json',
  '.docker/config.json',
  '.aws/credentials',
  '.kaggle/kaggle.json',
  '.config/kaggle/kaggle.json',
  '.huggingface/token',
  '.cache/huggingface/token',
  '.cache/huggingface/stored_tokens',
  '.pypirc',
  '.npmrc',
  '.cargo/credentials.toml',
  '.config/gh/hosts.yml',
  '.config/rclone/rclone.conf',
  '.kube/config',
  '.gnupg/private-keys-v1.d/x.key',
  '.pgpass',
  '.cache/pip/http/a/b',
];

const OF_SYSTEM = [
  'etc/ssh/ssh_host_ed25519_key',
  'etc/ssh/ssh_host_ed25519_key.pub',
  'etc/ssh/ssh_host_rsa_key',
  'etc/apt/auth.conf',
  'etc/apt/auth.conf.d/private.conf',
  'etc/machine-id',
  'etc/google_instance_id',
  'etc/instance_id',
  'etc/needrestart/conf.d/mymlops.conf',
  'var/lib/dbus/machine-id',
  'var/lib/systemd/random-seed',
  'var/lib/systemd/credential.secret',
  'var/lib/systemd/coredump/core.python.zst',
  'var/lib/cloud/instance/user-data.txt',
  'var/lib/cloud/data/instance-id',
  'var/lib/cloud/sem/x',
  'var/lib/dhcp/dhclient.ens4.leases',
  'var/lib/apt/lists/main_Packages',
  'var/cache/apt/archives/git_1_amd64.deb',
  'var/cache/apt/archives/partial/x.deb',
  'var/cache/apt/pkgcache.bin',
  'var/log/syslog',
  'var/log/wtmp',
  'var/log/.hidden',
  'var/log/apt/history.log',
  'var/log/journal/0123456789abcdef/system.journal',
  'var/crash/x.crash',
  'var/mail/root',
  'var/tmp/x',
  'var/tmp/.hidden/x',
  'tmp/x',
  'tmp/.X11-unix/x',
  'tmp/-rf/x',
  'root/.mymlops/log.txt',
  'root/repo/downloaded',
];

const HOMES = ['root', 'home/alice', 'home/bob smith', 'srv/service'];
const KEPT = [
  'usr/local/bin/tool',
  'usr/lib/python3/dist-packages/torch/__init__.py',
  'opt/mymlops/python/bin/pip',
  'opt/models/weights.bin',
  'opt/models/tmp/log/weights.bin',
  'home/alice/model.bin',
  'home/alice/.ssh/config',
  'home/alice/.cache/huggingface/hub/models--x/weights',
  'home/alice/.bashrc',
  'home/alice/history.txt',
  'etc/ssh/sshd_config',
  'etc/apt/sources.list',
  'etc/passwd',
  'var/lib/google/google_users',
  'var/lib/cloud/seed/nocloud/user-data',
  'var/lib/dpkg/status',
  'root/.config/pip/pip.conf',
];
const PASSWD = `root:x:0:0:root:/root:/bin/bash
service:x:500:500:${MARKER}:/srv/service:/bin/false
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
`;

/** A disk with a marker in each place. */
function makeDisk(): void {
  for (const path of OF_SYSTEM) put(path);
  for (const home of HOMES) for (const path of AT_HOME) put(join(home, path));
  for (const path of KEPT) put(path);
  put('etc/passwd', PASSWD);
}

const found = (): string[] =>
  spawnSync('grep', ['-rlaF', MARKER, '.'], { cwd: disk, encoding: 'utf8' })
    .stdout.split('\n')
    .filter((path) => path !== '')
    .map((path) => path.slice(2));

test('no key, log, history or identity stays on a disk, and what was installed does', () => {
  makeDisk();
  expect(scrub(disk)).toEqual({ status: 0, said: '' });
  expect(found().toSorted()).toEqual(KEPT.toSorted());
});

test('a disk can be scrubbed twice, and one that has none of it, too', () => {
  makeDisk();
  expect(scrub(disk)).toEqual({ status: 0, said: '' });
  expect(scrub(disk)).toEqual({ status: 0, said: '' });
  mkdirSync(join(folder, 'empty'));
  expect(scrub(join(folder, 'empty'))).toEqual({ status: 0, said: '' });
});

test('the id of the system is empty and not absent, which would make a first boot; folders that services need stay', () => {
  makeDisk();
  scrub(disk);
  expect(read('etc/machine-id')).toBe('');
  expect(
    ['var/log/apt', 'tmp', 'var/tmp', 'var/lib/apt/lists'].filter((path) => !existsSync(join(disk, path))),
  ).toEqual([]);
  expect(existsSync(join(disk, 'var/log/journal/0123456789abcdef'))).toBe(false);
});

test('the id that the guest agent has in its settings goes, and the settings stay', () => {
  put('etc/default/instance_configs.cfg', '[Instance]\ninstance_id = 4711\n[InstanceSetup]\nset_host_keys = true\n');
  scrub(disk);
  expect(read('etc/default/instance_configs.cfg')).toBe('[Instance]\n[InstanceSetup]\nset_host_keys = true\n');
});

describe('settings of git', () => {
  const CONFIG = `[user]
	name = Zoë
[credential]
	helper = store
[credential "https://github.com"]
	helper = !echo ${MARKER}
[http "https://github.com/"]
	extraheader = AUTHORIZATION: basic ${MARKER}
	sslVerify = true
[url "https://x-access-token:${MARKER}@github.com/"]
	insteadOf = https://github.com/
[url "git@github.com:"]
	insteadOf = https://gist.github.com/
[remote "origin"]
	url = https://${MARKER}@example.com/x.git
	fetch = +refs/heads/*:refs/remotes/origin/*
`;

  test.each(['root/.gitconfig', 'home/alice/.config/git/config', 'etc/gitconfig'])(
    '%s loses its credentials',
    (path) => {
      put(path, CONFIG);
      expect(scrub(disk)).toEqual({ status: 0, said: '' });
      const left = read(path);
      expect(left).not.toContain(MARKER);
      expect(left).not.toContain('helper');
      for (const kept of ['name = Zoë', 'sslVerify = true', 'git@github.com:', 'fetch = '])
        expect(left).toContain(kept);
    },
  );
});

test.each(['root/.config/pip/pip.conf', 'etc/pip.conf', 'home/alice/.condarc'])(
  '%s goes if its address has a password',
  (path) => {
    put(path, `[global]\nindex-url = https://user:${MARKER}@pypi.example/simple\n`);
    scrub(disk);
    expect(existsSync(join(disk, path))).toBe(false);
  },
);

describe('links', () => {
  test.each(['var/log', 'tmp', 'root/.ssh', 'var/lib/cloud', 'root'])('%s that leads out of the disk', (path) => {
    const elsewhere = join(folder, 'elsewhere');
    for (const name of ['log', '.ssh/key', '.bash_history', '.gitconfig']) {
      mkdirSync(dirname(join(elsewhere, name)), { recursive: true });
      writeFileSync(join(elsewhere, name), '[credential]\n\thelper = store\n');
    }
    mkdirSync(dirname(join(disk, path)), { recursive: true });
    symlinkSync(elsewhere, join(disk, path));
    expect(scrub(disk)).toEqual({ status: 0, said: '' });
    const left = ['log', '.ssh/key', '.bash_history', '.gitconfig'].map((name) => join(elsewhere, name));
    expect(left.map((file) => readFileSync(file, 'utf8'))).toEqual(left.map(() => '[credential]\n\thelper = store\n'));
  });

  test('one within the disk is followed to what it holds', () => {
    put('data/logs/syslog');
    mkdirSync(join(disk, 'var'));
    symlinkSync('../data/logs', join(disk, 'var/log'));
    scrub(disk);
    expect(found()).toEqual([]);
  });

  test("a link in a place goes, and what it leads to stays; the bus's id stays a link", () => {
    put('opt/keys/shared');
    put('etc/machine-id');
    mkdirSync(join(disk, 'root/.ssh'), { recursive: true });
    mkdirSync(join(disk, 'var/lib/dbus'), { recursive: true });
    symlinkSync('../../opt/keys/shared', join(disk, 'root/.ssh/id_rsa'));
    symlinkSync('/etc/machine-id', join(disk, 'var/lib/dbus/machine-id'));
    scrub(disk);
    expect(found()).toEqual(['opt/keys/shared']);
    expect(spawnSync('test', ['-L', join(disk, 'var/lib/dbus/machine-id')]).status).toBe(0);
    expect(existsSync(join(disk, 'root/.ssh/id_rsa'))).toBe(false);
  });
});

test('what cannot be removed fails the scrubbing by its name', () => {
  put('etc/ssh/ssh_host_rsa_key');
  put('var/log/syslog');
  const before = 'rm() { case $* in *ssh_host*) return 1 ;; esac; command rm "$@"; }';
  expect(scrub(disk, before)).toEqual({ status: 7, said: `left: ${join(disk, 'etc/ssh/ssh_host_rsa_key')}` });
  expect(existsSync(join(disk, 'var/log/syslog'))).toBe(false); // the rest is scrubbed nevertheless
});

test('a folder that cannot be emptied fails it as well', () => {
  put('tmp/x');
  expect(scrub(disk, 'find() { return 1; }')).toEqual({ status: 7, said: `left: ${join(disk, 'tmp')}` });
});

describe('the disk of the computer that runs this', () => {
  /** Whatever comes, nothing is changed: all that changes a disk is a function that only says its name. */
  const harmless = `${[
    ...'remove_path empty_folder remove_files empty_file remove_lines remove_if_password strip_git'.split(' '),
  ]
    .map((name) => `${name}() { echo "would change $1"; }`)
    .join('\n')}\nrm() { :; }\nfind() { :; }`;

  test.each(['/', '//', '/.', '/tmp/..', '../../../../../../../../..'])('%s is not scrubbed', (root) => {
    expect(scrub(root, harmless)).toEqual({
      status: 1,
      said: 'this is not a VM of Compute Engine: its disk is not scrubbed',
    });
  });

  test('a link to it is not scrubbed either', () => {
    symlinkSync('/', join(folder, 'root'));
    expect(scrub(join(folder, 'root'), harmless).status).toBe(1);
  });
});

test('files that nobody but their owner may read go as well', () => {
  put('root/.ssh/id_rsa');
  chmodSync(join(disk, 'root/.ssh/id_rsa'), 0o000);
  expect(scrub(disk)).toEqual({ status: 0, said: '' });
  expect(existsSync(join(disk, 'root/.ssh/id_rsa'))).toBe(false);
});
