// `gpus`: which accelerators Compute Engine has in which zones, and the machine types that carry them, as the sweep function reads
// them: whoever commits has no right on Compute Engine.
import { attachesToN1, gpuMemoryGb, LOCAL_PROJECT, type GpuOffers } from '@mymlops/protocol';
import type { Context } from '../core/context';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';
import { nearestKey } from '../core/nearest-key';
import { targetFromHere, withDeployment } from '../deployment/connect';
import { requestGpus } from '../deployment/sweeps';
import { gpuTables, memoryOf, type ShownOffers } from '../view/gpu-tables';
import { printable } from '../view/printable';
import { showJson } from '../view/show-json';

export interface GpusOptions {
  json?: boolean;
  /** All regions without it. */
  region?: string;
}

/** Throws ExpectedError for a region that does not exist. */
export function gpus(context: Context, { json, region }: GpusOptions): Promise<number> {
  const target = targetFromHere(context);
  return withDeployment(context, target, async (deployment) => {
    const offers = await requestGpus(deployment, context.interrupted);
    showGpus(context, offers, { json, region, isLocal: target.project === LOCAL_PROJECT });
    return EXIT.done;
  });
}

/** Tables, or one JSON document, on stdout; whatever else there is to say on stderr. Throws as `gpus` does. */
export function showGpus(
  context: Context,
  offers: GpuOffers,
  { json, region, isLocal }: GpusOptions & { isLocal: boolean },
): void {
  if (region !== undefined) requireRegion(region, offers, isLocal);
  const shown = offersIn(region, offers);
  if (json) showJson(context, jsonOf(offers, shown, { region, isLocal }));
  else if (shown.accelerators.length > 0) context.print(printable(gpuTables(shown)));
  for (const line of notesOn(offers, shown, { region, isLocal })) context.notice(line);
}

const isIn = (region: string | undefined, zone: string): boolean =>
  region === undefined || zone.slice(0, zone.lastIndexOf('-')) === region;

function requireRegion(region: string, { regions }: GpuOffers, isLocal: boolean): void {
  if (regions.includes(region)) return;
  if (region === '') {
    throw new ExpectedError('--region is empty. Give a region, such as europe-west4, or leave it out.', EXIT.usage);
  }
  const whole = region.slice(0, region.lastIndexOf('-'));
  const near = regions.includes(whole) ? whole : nearestKey(region, regions);
  const hint = near === undefined ? `Its regions: ${regions.join(', ')}.` : `Did you mean --region ${near}?`;
  const googles = isLocal && near === undefined ? ' For those of Google Cloud: --project ID' : '';
  const who = isLocal ? 'The local cloud' : 'Compute Engine';
  throw new ExpectedError(`${who} has no region ${region}. ${hint}${googles}`, EXIT.usage);
}

/** The offers of one region's zones. */
function offersIn(region: string | undefined, { accelerators, machineTypes }: GpuOffers): ShownOffers {
  const inRegion = <T extends { zones: string[] }>(items: readonly T[]): T[] =>
    items
      .map((item) => ({ ...item, zones: item.zones.filter((zone) => isIn(region, zone)) }))
      .filter(({ zones }) => zones.length > 0);
  return { accelerators: inRegion(accelerators), machineTypes: inRegion(machineTypes) };
}

interface Where {
  region: string | undefined;
  isLocal: boolean;
}

function notesOn(offers: GpuOffers, { accelerators }: ShownOffers, { region, isLocal }: Where): string[] {
  const unlisted = offers.unlisted.filter((zone) => isIn(region, zone));
  const lines: string[] = [];
  if (accelerators.length === 0) {
    const others = offers.regions.filter((one) => offersIn(one, offers).accelerators.length > 0);
    const elsewhere = others.length === 0 ? '' : ` Regions that have some: ${others.join(', ')}.`;
    lines.push(`${region === undefined ? 'Compute Engine' : `Region ${region}`} has no accelerators.${elsewhere}`);
  }
  if (unlisted.length > 0) {
    lines.push(`These zones did not say what they have; ask again later: ${unlisted.join(', ')}`);
  }
  if (offers.omitted > 0) {
    lines.push(`${offers.omitted} machine types are left out, as the list is too long.`);
  }
  if (isLocal) {
    lines.push(
      'This is the list of the local cloud, which stands in for Compute Engine: a VM here has the GPUs of this computer.',
    );
  }
  return lines;
}

function jsonOf(offers: GpuOffers, { accelerators, machineTypes }: ShownOffers, { region, isLocal }: Where): object {
  return {
    at: offers.at,
    region: region ?? null,
    /** The list of the local cloud, and not Google's. */
    standIn: isLocal,
    regions: offers.regions,
    accelerators: accelerators.map(({ type, most, zones }) => ({
      ...{ type, most, zones },
      memoryGb: gpuMemoryGb(type) ?? null,
      attachesToN1: attachesToN1(type),
    })),
    machineTypes: machineTypes.map((type) => ({ ...type, gpuMemoryGb: memoryOf(type.gpus) ?? null })),
    unlisted: offers.unlisted.filter((zone) => isIn(region, zone)),
    omitted: offers.omitted,
  };
}
