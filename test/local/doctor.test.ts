// `doctor` and `sweep`, the whole way: clean after a run; a VM that belongs to no run is found, and deleted.
import { type Desk, expectOk, newDesk, until } from './desk';

let desk: Desk;
beforeAll(async () => {
  desk = await newDesk({ isCold: true });
  // The stray VM must still be there when the plan is printed, on a busy computer too.
  expectOk(await desk.client('local', 'up', '--sweep-seconds', '1', '--grace-seconds', '20'));
});
afterAll(() => desk.close());

interface Diagnosis {
  clean: boolean;
  proof: string[];
  findings: { subject: string; problem: string; remedy: string }[];
}

const diagnose = async (): Promise<Diagnosis & { code: number }> => {
  const { code, stdout } = await desk.client('doctor', '--json');
  return { code, ...(JSON.parse(stdout) as Diagnosis) };
};

async function compute(method: string, path: string, body?: object): Promise<number> {
  const { compute: address, token } = desk.endpoints();
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const url = `http://${address}/compute/v1/projects/local/zones/local-a/${path}`;
  return (await fetch(url, { method, headers, body: body && JSON.stringify(body) })).status;
}

test('clean after a run, and its proof says what was compared', async () => {
  expectOk(await desk.client('commit', desk.notebook('a.ipynb', ['x = 1'])));
  const { stdout, code } = await until('clean', async () => {
    const said = await desk.client('doctor');
    return said.code === 0 ? said : undefined;
  });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^0 VMs and 0 disks, all of them needed\n/);
  expect(stdout).toMatch(/no problems found\n$/);
});

test('a VM that belongs to no run is found, planned for deletion, and gone after some sweeps; then doctor finds nothing', async () => {
  const stray = {
    name: 'stray',
    machineType: 'zones/local-a/machineTypes/this-computer',
    labels: { 'mymlops-deployment': 'mymlops', 'mymlops-run': '20260101-000000-zzzz', 'mymlops-attempt': '1' },
    disks: [
      {
        boot: true,
        autoDelete: true,
        initializeParams: { sourceImage: 'projects/p/global/images/family/f', diskSizeGb: '10' },
      },
    ],
    networkInterfaces: [{ network: 'global/networks/default' }],
    metadata: { items: [{ key: 'startup-script', value: '#!/bin/bash\nexec sleep 600\n' }] },
  };
  expect(await compute('POST', 'instances', stray)).toBe(200);
  const found = await until('found', async () => {
    const said = await diagnose();
    return said.code === 1 ? said : undefined;
  });
  expect(found.findings).toEqual([
    expect.objectContaining({ subject: 'local-a/stray', problem: expect.stringContaining('belongs to nothing') }),
  ]);
  const plan = await desk.client('sweep', '--dry-run');
  expect(expectOk(plan).stdout).toContain('local-a/stray');
  await until('gone', async () => ((await compute('GET', 'instances/stray')) === 404 ? true : undefined));
  await until('clean', async () => ((await diagnose()).clean ? true : undefined));
  expect(expectOk(await desk.client('sweep')).stdout).toContain('0 live runs');
});
