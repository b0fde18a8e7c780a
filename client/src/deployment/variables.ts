// Variables of the Terraform module that `deploy --set NAME=VALUE` may give. A test holds them against variables.tf, which
// describes and checks the values; here they only get their type.
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';
import { nearestKey } from '../core/nearest-key';

type Kind = 'text' | 'number' | 'boolean' | 'list' | 'map';
export type Value = string | number | boolean | string[] | Record<string, string>;

export const VARIABLES: Readonly<Record<string, Kind>> = {
  alert_emails: 'list',
  allowed_accelerators: 'list',
  allowed_image_projects: 'list',
  allowed_machine_types: 'list',
  allowed_service_accounts: 'list',
  disk_size_gb: 'number',
  enable_apis: 'boolean',
  gpu_image: 'text',
  image: 'text',
  labels: 'map',
  longest_queue_days: 'number',
  longest_run_days: 'number',
  machine_type: 'text',
  max_instances: 'number',
  max_parallel: 'number',
  nat_regions: 'list',
  network: 'text',
  role_suffix: 'text',
  secrets: 'list',
  subnetworks: 'map',
  users: 'list',
};

/** NAME=VALUE as given to --set. Without a VALUE the variable has the module's default again. Throws ExpectedError. */
export function readAssignment(text: string): { name: string; value: Value | undefined } {
  const at = text.indexOf('=');
  if (at < 1) throw wrong(`--set ${text}: write NAME=VALUE, for example --set max_parallel=4.`);
  const [name, value] = [text.slice(0, at), text.slice(at + 1)];
  const kind = Object.hasOwn(VARIABLES, name) ? VARIABLES[name] : undefined;
  if (kind === undefined) {
    const near = nearestKey(name, Object.keys(VARIABLES));
    const hint = near === undefined ? `It is one of ${Object.keys(VARIABLES).join(', ')}.` : `Is it ${near}?`;
    throw wrong(`--set ${text}: there is no variable ${name}. ${hint}`);
  }
  return { name, value: value === '' ? undefined : valueOf(kind, name, value) };
}

function valueOf(kind: Kind, name: string, text: string): Value {
  if (kind === 'number') {
    if (!/^\d{1,9}$/.test(text)) throw wrong(`--set ${name}=${text}: ${name} is a whole number.`);
    return Number(text);
  }
  if (kind === 'boolean') {
    if (text !== 'true' && text !== 'false') throw wrong(`--set ${name}=${text}: ${name} is true or false.`);
    return text === 'true';
  }
  if (kind === 'text') return text;
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (kind === 'list') return [...new Set(parts)];
  const pairs = parts.map((part) => /^([^=]+)=(.*)$/.exec(part));
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, key, value] = pair ?? [];
      if (key === undefined || value === undefined) {
        throw wrong(`--set ${name}=${text}: write ${name}=KEY=VALUE,KEY=VALUE.`);
      }
      return [key.trim(), value.trim()];
    }),
  );
}

const wrong = (sentence: string): ExpectedError => new ExpectedError(sentence, EXIT.usage);
