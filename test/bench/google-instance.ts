// Compute Engine's answers for a VM that was made with our body, and for its disk: every field of a plain VM with
// one disk and one network card.
import type { InsertBody } from '../../functions/src/engine/vm/insert-body';

const BASE = 'https://www.googleapis.com/compute/v1/projects/local';
const LICENSE = `https://www.googleapis.com/compute/v1/projects/ubuntu-os-cloud/global/licenses/ubuntu-2404-lts`;
const GUEST_FEATURES = [
  'VIRTIO_SCSI_MULTIQUEUE',
  'SEV_CAPABLE',
  'SEV_SNP_CAPABLE',
  'SEV_LIVE_MIGRATABLE',
  'IDPF',
  'GVNIC',
];
const MADE_AT = '2026-11-21T02:00:01.123-08:00';

export interface Place {
  id: string;
  diskId: string;
  zone: string;
  /** `TERMINATED` for one that is off. */
  status: string;
  /** When it was powered on last (ISO 8601). */
  lastStartAt: string;
}

export function instanceOf(body: InsertBody, { id, zone, status, lastStartAt }: Place): object {
  const [disk] = body.disks;
  return {
    kind: 'compute#instance',
    id,
    creationTimestamp: MADE_AT,
    name: body.name,
    tags: { fingerprint: '42WmSpB8rSM=' },
    machineType: `${BASE}/zones/${zone}/machineTypes/e2-standard-4`,
    status,
    zone: `${BASE}/zones/${zone}`,
    canIpForward: false,
    networkInterfaces: [
      {
        kind: 'compute#networkInterface',
        network: `${BASE}/global/networks/default`,
        subnetwork: `${BASE}/regions/${zone.slice(0, -2)}/subnetworks/default`,
        networkIP: '10.128.0.42',
        name: 'nic0',
        accessConfigs: [
          {
            kind: 'compute#accessConfig',
            type: 'ONE_TO_ONE_NAT',
            name: 'External NAT',
            natIP: '34.71.12.34',
            networkTier: 'PREMIUM',
          },
        ],
        fingerprint: 'V1pFZ1Xm9Ow=',
        stackType: 'IPV4_ONLY',
      },
    ],
    disks: [
      {
        kind: 'compute#attachedDisk',
        type: 'PERSISTENT',
        mode: 'READ_WRITE',
        source: `${BASE}/zones/${zone}/disks/${body.name}`,
        deviceName: 'persistent-disk-0',
        index: 0,
        boot: true,
        autoDelete: true,
        licenses: [LICENSE],
        interface: 'SCSI',
        guestOsFeatures: GUEST_FEATURES.map((type) => ({ type })),
        diskSizeGb: disk?.initializeParams?.diskSizeGb,
        architecture: 'X86_64',
      },
    ],
    metadata: { kind: 'compute#metadata', fingerprint: 'rVtN4SbLwMY=', items: body.metadata.items },
    serviceAccounts: [
      {
        email: '123456789012-compute@developer.gserviceaccount.com',
        scopes: ['https://www.googleapis.com/auth/cloud-platform'],
      },
    ],
    selfLink: `${BASE}/zones/${zone}/instances/${body.name}`,
    scheduling: {
      ...body.scheduling,
      preemptible: body.scheduling.provisioningModel === 'SPOT',
      terminationTimestamp: '2026-11-21T04:10:06.000-08:00',
    },
    cpuPlatform: 'Intel Broadwell',
    labels: body.labels,
    labelFingerprint: '5cHTp2ORu3s=',
    startRestricted: false,
    deletionProtection: false,
    shieldedInstanceConfig: { enableSecureBoot: false, enableVtpm: true, enableIntegrityMonitoring: true },
    shieldedInstanceIntegrityPolicy: { updateAutoLearnPolicy: true },
    fingerprint: 'l7u0i5Zy2Bc=',
    lastStartTimestamp: lastStartAt,
    resourceStatus: { scheduling: { terminationTimestamp: '2026-11-21T04:10:06.000-08:00' }, physicalHostTopology: {} },
    satisfiesPzi: true,
  };
}

export function diskOf(body: InsertBody, { diskId, zone }: Place): object {
  const [disk] = body.disks;
  return {
    kind: 'compute#disk',
    id: diskId,
    creationTimestamp: MADE_AT,
    name: disk?.initializeParams?.diskName,
    sizeGb: disk?.initializeParams?.diskSizeGb,
    zone: `${BASE}/zones/${zone}`,
    status: 'READY',
    selfLink: `${BASE}/zones/${zone}/disks/${body.name}`,
    sourceImage: 'https://www.googleapis.com/compute/v1/projects/ubuntu-os-cloud/global/images/ubuntu-2404-noble-amd64',
    sourceImageId: '4567890123456789012',
    type: `${BASE}/zones/${zone}/diskTypes/pd-balanced`,
    licenses: [LICENSE],
    guestOsFeatures: GUEST_FEATURES.map((type) => ({ type })),
    lastAttachTimestamp: MADE_AT,
    users: [`${BASE}/zones/${zone}/instances/${body.name}`],
    labels: disk?.initializeParams?.labels,
    labelFingerprint: '5cHTp2ORu3s=',
    licenseCodes: ['2147600101153865205'],
    physicalBlockSizeBytes: '4096',
    architecture: 'X86_64',
    enableConfidentialCompute: false,
    satisfiesPzi: true,
  };
}
