// The provider's schema, from test/deploy/gcp/google-schema.json, and its form in Terraform's protocol.
import schema from '../../deploy/gcp/google-schema.json';

/** A type as Terraform writes it: "string", or ["map", "string"]. */
export type CtyType = string | [string, CtyType | Record<string, CtyType>];

/** What the provider's source says of a field beyond the schema. */
interface Facts {
  forceNew?: boolean;
  default?: string | number | boolean;
  values?: string[];
  pattern?: string;
  conflictsWith?: string[];
  exactlyOneOf?: string[];
  atLeastOneOf?: string[];
}

export interface AttributeSchema extends Facts {
  type: CtyType;
  /** Words such as "optional computed". */
  is: string;
}

export interface NestedSchema extends Facts {
  block: 'list' | 'set' | 'single';
  min?: number;
  max?: number;
  of: BlockSchema;
  /** Google fills the block where it is left out. */
  computed?: boolean;
}

export type BlockSchema = Record<string, AttributeSchema | NestedSchema>;

export const RESOURCES = schema.resources as unknown as Record<string, BlockSchema>;
export const DATA = schema.data as unknown as Record<string, BlockSchema>;

const optional = (type: CtyType): AttributeSchema => ({ type, is: 'optional' });

/** Arguments of `provider "google"` that a deployment may need. */
export const PROVIDER: BlockSchema = {
  access_token: optional('string'),
  billing_project: optional('string'),
  credentials: optional('string'),
  default_labels: optional(['map', 'string']),
  impersonate_service_account: optional('string'),
  project: optional('string'),
  region: optional('string'),
  request_timeout: optional('string'),
  user_project_override: optional('bool'),
  zone: optional('string'),
};

const NESTING = { single: 1, list: 2, set: 3 };

export function isNested(field: AttributeSchema | NestedSchema): field is NestedSchema {
  return 'of' in field;
}

export function hasWord(field: AttributeSchema, word: string): boolean {
  return field.is.split(' ').includes(word);
}

/** As GetSchema answers it. */
export function toProtocol(block: BlockSchema): object {
  return { version: 0, block: blockToProtocol(block) };
}

function blockToProtocol(block: BlockSchema): object {
  const attributes: object[] = [];
  const nested: object[] = [];
  for (const [name, field] of Object.entries(block)) {
    if (isNested(field)) {
      nested.push({
        type_name: name,
        block: blockToProtocol(field.of),
        nesting: NESTING[field.block],
        min_items: field.min ?? 0,
        max_items: field.max ?? 0,
      });
    } else {
      const words = Object.fromEntries(field.is.split(' ').map((word) => [word, true]));
      attributes.push({ name, type: Buffer.from(JSON.stringify(field.type)), ...words });
    }
  }
  return { version: 0, attributes, block_types: nested };
}
