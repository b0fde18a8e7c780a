// The provider's calls, as Terraform makes them.
import { readData, type ProviderConfig } from './data';
import { GoogleError, type LittleGoogle } from './little-google';
import { planChange, PlanError, type Step } from './plan';
import { DATA, PROVIDER, RESOURCES, toProtocol } from './schema';
import { isKnown, decodeValue, encodeValue, type DynamicValue, type Values } from './values';
import { validateResource } from './validate';

type Request = Record<string, DynamicValue> & { type_name: string; id: string; raw_state: { json: Uint8Array } };
type Answer = Record<string, unknown>;

const ERROR = 1;

const diagnose = (summary: string, detail = '') => ({ diagnostics: [{ severity: ERROR, summary, detail }] });

/** Every call by its name in the protocol. */
export function providerCalls(google: LittleGoogle, projects: string[]): Record<string, (request: Request) => Answer> {
  let provider: ProviderConfig = {};
  const schemaOf = (type: string) => RESOURCES[type] ?? {};
  const values = (value: DynamicValue | undefined) => decodeValue(value);

  return {
    GetSchema: () => ({
      provider: toProtocol(PROVIDER),
      resource_schemas: mapValues(RESOURCES, toProtocol),
      data_source_schemas: mapValues(DATA, toProtocol),
    }),
    PrepareProviderConfig: ({ config }) => ({ prepared_config: config }),
    Configure({ config }) {
      const { project, region, zone } = values(config) ?? {};
      provider = { project: textOf(project), region: textOf(region), zone: textOf(zone) };
      return {};
    },
    ValidateResourceTypeConfig({ type_name: type, config }) {
      const sentences = validateResource(type, values(config) ?? {});
      return { diagnostics: sentences.map((summary) => ({ severity: ERROR, summary, detail: '' })) };
    },
    ValidateDataSourceConfig: () => ({}),
    UpgradeResourceState({ type_name: type, raw_state: raw }) {
      const state = JSON.parse(Buffer.from(raw.json).toString()) as Values | null;
      return { upgraded_state: encodeValue(schemaOf(type), state) };
    },
    ReadResource({ type_name: type, current_state: current }) {
      const state = values(current);
      const found = state && google.read(type, String(state.id));
      return { new_state: encodeValue(schemaOf(type), found ? { ...found, ...ownOf(state) } : null) };
    },
    PlanResourceChange({ type_name: type, prior_state: priorState, proposed_new_state: proposedState }) {
      const [prior, proposed] = [values(priorState), values(proposedState)];
      if (!proposed) return { planned_state: encodeValue(schemaOf(type), null) };
      const { planned, replace } = planChange(type, schemaOf(type), { prior, proposed }, provider);
      return {
        planned_state: encodeValue(schemaOf(type), planned),
        requires_replace: replace.map((steps) => ({ steps: steps.map(withSelector) })),
        legacy_type_system: true,
      };
    },
    ApplyResourceChange({ type_name: type, prior_state: priorState, planned_state: plannedState }) {
      const [prior, planned] = [values(priorState), values(plannedState)];
      const answer = (state: Values | null) => ({
        new_state: encodeValue(schemaOf(type), state),
        legacy_type_system: true,
      });
      try {
        return answer(apply(google, type, prior, planned));
      } catch (error) {
        if (!(error instanceof GoogleError)) throw error;
        const verb = prior ? (planned ? 'updating' : 'deleting') : 'creating';
        return {
          ...answer(error.made ?? prior),
          ...diagnose(`Error ${verb} ${nameOf(type)}: googleapi: ${error.message}`),
        };
      }
    },
    ImportResourceState({ type_name: type, id }) {
      const found = google.find(type, id);
      if (!found)
        return diagnose('Cannot import non-existent remote object', `${type} ${id} does not exist on Google.`);
      return { imported_resources: [{ type_name: type, state: encodeValue(schemaOf(type), found) }] };
    },
    ReadDataSource({ type_name: type, config }) {
      const given = values(config) ?? {};
      if (!isKnown(given)) return diagnose(`${type} is not known yet`);
      return { state: encodeValue(DATA[type] ?? {}, readData(type, given, provider, { projects, google })) };
    },
    Stop: () => ({}),
  };
}

/** What a call throws as the diagnostic with which the provider answers; a mistake of ours too, with where it is. */
export function diagnosticOf(error: unknown): Answer {
  if (error instanceof GoogleError) return diagnose(`googleapi: ${error.message}`);
  if (error instanceof PlanError) return diagnose(error.message);
  return diagnose(
    error instanceof Error ? error.message : String(error),
    error instanceof Error ? error.stack : undefined,
  );
}

function apply(google: LittleGoogle, type: string, prior: Values | null, planned: Values | null): Values | null {
  if (!planned) {
    google.delete(type, String(prior?.id), prior ?? {});
    return null;
  }
  return prior ? google.update(type, String(prior.id), planned) : google.create(type, planned);
}

/** What only Terraform knows, and no Google answers. */
function ownOf(state: Values): Values {
  const own = [
    'deletion_policy',
    'force_destroy',
    'disable_on_destroy',
    'skip_wait',
    'source',
    'content',
    'timeouts',
    'deletion_protection',
  ];
  return Object.fromEntries(own.filter((name) => name in state).map((name) => [name, state[name] ?? null]));
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function nameOf(type: string): string {
  return type
    .replace('google_', '')
    .split('_')
    .map((word) => (word[0] ?? '').toUpperCase() + word.slice(1))
    .join('');
}

function withSelector(step: Step): object {
  return { ...step, selector: Object.keys(step)[0] };
}

function mapValues<One, Other>(all: Record<string, One>, change: (one: One) => Other): Record<string, Other> {
  return Object.fromEntries(Object.entries(all).map(([name, one]) => [name, change(one)]));
}
