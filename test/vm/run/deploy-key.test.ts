// The deploy key: git over ssh with it and no other, known hosts only, and nothing of it left.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { base64 } from '@mymlops/protocol';
import { RUN, SCRIPTS, destroyVms, git, startVm, type Vm } from '../start-vm';

const ID = 'deploy-key-0123456789abcdef-0123456789abcdef';
let folder: string;
let output: string;
let key: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mymlops-key-'));
  output = join(folder, 'output.git');
  git(folder, 'init', '-q', '--bare', output);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'deploy', '-f', join(folder, 'id')]);
  key = readFileSync(join(folder, 'id'), 'utf8');
});

afterEach(async () => {
  await destroyVms();
  rmSync(folder, { recursive: true, force: true });
});

/** In place of a host: notes how it was called, and what its key is, and runs git's end of the connection here. */
const ssh = (): string => `
said="${folder}/said"
printf '%s\\n' "$@" >>"$said"
while [ $# -gt 1 ]; do
  case $1 in
    -i) ssh-keygen -y -f "$2" >"${folder}/public" 2>&1 || exit 255; ls -l "\${2%/*}" >"${folder}/listed" ;;
    -oUserKnownHostsFile=*) file=\${1#*=}; file=\${file#\\"}; cat "\${file%\\"}" >"${folder}/known" ;;
  esac
  shift
done
exec "$BASH" -c "$1"`;

async function publish(more: Parameters<typeof startVm>[0] = {}): Promise<Vm> {
  const vm = await startVm({
    outputUrl: `ssh://git@example.org${output}`,
    tools: { ssh: ssh() },
    prepare: (google) => void google.secrets.set(`mymlops_${ID}`, key),
    ...more,
    metadata: { 'mymlops-output-key': ID, ...more.metadata },
  });
  await vm.giveVerdict();
  await vm.ended();
  return vm;
}

const keysInMemory = (): string[] => readdirSync('/dev/shm').filter((name) => name.startsWith('mymlops-'));
const publicationOf = (vm: Vm): { commit?: string; message?: string } => vm.state().publication ?? {};

test('results are pushed with it, and it is left nowhere', async () => {
  const before = keysInMemory();
  const vm = await publish({
    command: 'env; :',
    metadata: { 'mymlops-output-known-hosts-64': base64('example.org ssh-ed25519 AAAAxyz\n') },
  });
  expect(publicationOf(vm)).toEqual({ commit: git(output, 'rev-parse', 'main') });
  expect(git(output, 'ls-tree', '--name-only', 'main')).toBe(RUN);
  expect(readFileSync(join(folder, 'public'), 'utf8')).toBe(readFileSync(join(folder, 'id.pub'), 'utf8'));
  const said = readFileSync(join(folder, 'said'), 'utf8').split('\n');
  for (const option of [
    '-oBatchMode=yes',
    '-oIdentitiesOnly=yes',
    '-oIdentityAgent=none',
    '-oStrictHostKeyChecking=yes',
    '-oGlobalKnownHostsFile=/dev/null',
  ]) {
    expect(said).toContain(option);
  }
  const known = readFileSync(join(folder, 'known'), 'utf8');
  expect(known).toMatch(/^github\.com ssh-ed25519 /);
  expect(known).toMatch(/\nexample\.org ssh-ed25519 AAAAxyz\n$/);
  // Read when it is needed, so after the command.
  expect(vm.google.secretsRead).toEqual([`mymlops_${ID}`]);
  const [, , line = ''] = key.split('\n');
  expect(vm.result('log.txt')).not.toContain(line);
  expect(vm.log()).not.toContain(line);
  const left = execFileSync('bash', ['-c', 'grep -rlaF -e "$1" "$2" || true', 'look', line, vm.home]).toString();
  expect(left).toBe('');
  expect(keysInMemory()).toEqual(before);
});

test('while git uses it, it has no name in any folder', async () => {
  await publish();
  expect(readFileSync(join(folder, 'said'), 'utf8')).toMatch(/^\/proc\/\d+\/fd\/7$/m);
  expect(readFileSync(join(folder, 'listed'), 'utf8')).toMatch(/7 -> .*\/mymlops-[0-9a-f-]+\/key \(deleted\)/);
});

test('a key that is no longer stored fails the publication, with what to do', async () => {
  const vm = await publish({ prepare: () => undefined });
  expect(publicationOf(vm).message).toBe(
    'The deploy key is no longer stored. Commit again where the file of output_repository.deploy_key is.',
  );
});

test('a host that is not known gave no hint at known_hosts', async () => {
  const vm = await publish({ tools: { ssh: 'echo "Host key verification failed." >&2; exit 255' } });
  expect(publicationOf(vm).message).toMatch(/^Host key verification failed\. .* output_repository\.known_hosts /);
});

test('without a deploy key the ssh of this computer is used as it is', async () => {
  await publish({ metadata: { 'mymlops-output-key': '' } });
  expect(readFileSync(join(folder, 'said'), 'utf8')).not.toMatch(/IdentitiesOnly|StrictHostKeyChecking|^-i$/m);
});

/** As the hosts publish them, on the pages that the script names. */
const FINGERPRINTS = [
  'github.com ED25519 SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU',
  'github.com ECDSA SHA256:p2QAMXNIC1TJYWeIOttrVc98/R1BUFWu3/LiyKgUfQM',
  'gitlab.com ED25519 SHA256:eUXGGm1YGsMAS7vkcx6JOJdOGHPem5gQp4taiCfCLB8',
  'gitlab.com ECDSA SHA256:HbW3g8zUjNSksFbqTiUWPWg2Bq1x8xdGUrliXFzSnUw',
  'bitbucket.org ED25519 SHA256:ybgmFkzwOSotHTHLJgHO0QN8L0xErw6vd0VhFA9m3SM',
  'bitbucket.org ECDSA SHA256:FC73VB6C4OQLSCrjEayhMp9UMxS97caD/Yyi2bhW/J0',
];

test('the keys of GitHub, GitLab and Bitbucket have the fingerprints that these hosts publish', () => {
  const [, text = ''] = /KNOWN_HOSTS='([^']*)'/.exec(readFileSync(join(SCRIPTS, 'agent.sh'), 'utf8')) ?? [];
  const file = join(folder, 'known_hosts');
  writeFileSync(file, `${text}\n`);
  const lines = execFileSync('ssh-keygen', ['-l', '-f', file], { encoding: 'utf8' }).trim().split('\n');
  expect(lines.map((line) => line.replace(/^\d+ (\S+) (\S+) \((\w+)\)$/, '$2 $3 $1'))).toEqual(FINGERPRINTS);
});
