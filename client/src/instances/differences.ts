// How the profile in mymlops.yml differs from the specification of an instance, and when a difference applies. Pure.
import { isDeepStrictEqual } from 'node:util';
import type { InstanceSpec, MachineSpec } from '@mymlops/protocol';
import { durationText } from '../view/times';

export interface Difference {
  /** In the words of mymlops.yml. */
  what: string;
  from: string;
  to: string;
  /** `never`: the VM or its disk is made already, and this cannot be changed. */
  applies: 'next start' | 'never';
}

type Compared = Omit<InstanceSpec, 'source' | 'repository' | 'environment'>;

const NONE = 'none';

/** Empty if both are equal. Source and repository count at the creation only, and are not compared. */
export function differencesOf(known: Compared, wanted: Compared): Difference[] {
  return [...soonDifferences(known, wanted), ...machineDifferences(known.machine, wanted.machine)];
}

function soonDifferences(known: Compared, wanted: Compared): Difference[] {
  const texts = (spec: Compared): Record<string, string> => ({
    profile: spec.profile ?? NONE,
    command: shortText(spec.startCommand),
    setup: shortText(spec.setup),
    env: namesText(Object.entries(spec.env ?? {}).map(([name, value]) => `${name}=${value}`)),
    secrets: namesText(spec.secrets),
    setup_secrets: namesText(spec.setupSecrets),
    idle: durationText(spec.idleSeconds),
    soft_stop: durationText(spec.softStopSeconds),
    max: durationText(spec.maxSeconds),
  });
  const [before, after] = [texts(known), texts(wanted)];
  const changed = Object.keys(after).flatMap((what) =>
    before[what] === after[what] ? [] : [soon(what, before[what] ?? NONE, after[what] ?? NONE)],
  );
  const names = new Set([...known.services, ...wanted.services].map(({ name }) => name));
  const services = [...names].flatMap((name) => {
    const [old, now] = [known, wanted].map((spec) => spec.services.find((service) => service.name === name));
    return isDeepStrictEqual(old, now) ? [] : [soon(`services.${name}`, serviceText(old), serviceText(now))];
  });
  return [...changed, ...services];
}

const soon = (what: string, from: string, to: string): Difference => ({ what, from, to, applies: 'next start' });

/** No zone is a difference: the VM is where it is. */
function machineDifferences(known: MachineSpec, wanted: MachineSpec): Difference[] {
  const texts = ({ machineType, accelerator, image, snapshot, disk, provisioning, serviceAccount }: MachineSpec) => ({
    machine_type: machineType ?? "the deployment's",
    accelerator: accelerator ? `${accelerator.count} ${accelerator.type}` : NONE,
    image: image ?? "the deployment's",
    snapshot: snapshot ?? NONE,
    'disk.size': disk?.sizeGb === undefined ? "the deployment's" : `${disk.sizeGb} GB`,
    'disk.type': disk?.type ?? "the deployment's",
    provisioning,
    service_account: serviceAccount ?? "the deployment's",
  });
  const before: Record<string, string> = texts(known);
  const soonNames = ['machine_type', ...(grows(known, wanted) ? ['disk.size'] : [])];
  return Object.entries(texts(wanted)).flatMap(([what, to]) => {
    const from = before[what] ?? NONE;
    const applies = soonNames.includes(what) ? ('next start' as const) : ('never' as const);
    return from === to ? [] : [{ what: `instance.${what}`, from, to, applies }];
  });
}

/** A disk only grows. The one of the deployment's size stays at least as large as it is. */
const grows = (known: MachineSpec, wanted: MachineSpec): boolean =>
  wanted.disk?.sizeGb !== undefined && wanted.disk.sizeGb > (known.disk?.sizeGb ?? 0);

/** The VM that `known` describes, with those of the changes that can be made while it is off. */
export function changedMachine(known: MachineSpec, wanted: MachineSpec): MachineSpec {
  const { machineType: _, ...rest } = known;
  const { machineType } = wanted;
  return {
    ...rest,
    ...(machineType !== undefined && { machineType }),
    ...(grows(known, wanted) && { disk: { ...known.disk, sizeGb: wanted.disk?.sizeGb } }),
  };
}

const LONGEST = 40;

function shortText(text: string | undefined): string {
  if (text === undefined) return NONE;
  const line = text.trim().replace(/\s+/g, ' ');
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 3)}...`;
}

const namesText = (names: readonly string[] | undefined): string => names?.join(', ') || NONE;

const serviceText = (service: InstanceSpec['services'][number] | undefined): string =>
  service ? `port ${service.port}, ${shortText(service.command)}` : NONE;

/** Lines for the user. `isOn`: what applies at the next start does not apply now. */
export function differenceLines(differences: readonly Difference[], name: string, isOn: boolean): string[] {
  const listed = (applies: Difference['applies']): string[] =>
    differences.filter((each) => each.applies === applies).map(({ what, from, to }) => `  ${what}: ${from} -> ${to}`);
  const [soonLines, neverLines] = [listed('next start'), listed('never')];
  const heading = isOn
    ? `Changed in mymlops.yml since ${name} was started. It applies at the next start:`
    : `Changed in mymlops.yml since ${name} was last started. It applies now:`;
  return [
    ...(soonLines.length > 0 ? [heading, ...soonLines] : []),
    ...(neverLines.length > 0
      ? [
          `Not applied, because the VM of ${name} and its disk exist already (for another VM: start --new):`,
          ...neverLines,
        ]
      : []),
  ];
}
