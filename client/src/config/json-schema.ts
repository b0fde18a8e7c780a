// The schema of mymlops.yml as JSON Schema, for editors. `validate` also checks what JSON Schema cannot express: names that
// must exist, and keys that exclude each other.
import * as z from 'zod/mini';
import { configSchema } from './schema';

type JsonSchema = z.core.JSONSchema.BaseSchema;

export function jsonSchema(): object {
  const { $schema, ...rest } = z.toJSONSchema(configSchema, {
    io: 'input',
    target: 'draft-7',
    override: ({ jsonSchema: schema, path }) => {
      if (!path.includes('propertyNames')) allowVariable(schema);
    },
  });
  return { $schema, title: 'mymlops.yml', description: 'How mymlops runs the notebooks of this folder.', ...rest };
}

/** An editor sees `$NAME` as written; it may stand for any value except a mapping or a list. */
function allowVariable(schema: JsonSchema): void {
  delete schema.format;
  if (schema.pattern !== undefined) schema.pattern = `${schema.pattern}|\\$`;
  const isScalar = ['integer', 'number', 'boolean'].includes(String(schema.type));
  if (!isScalar && schema.enum === undefined) return;
  const { description, ...value } = schema;
  for (const key of Object.keys(schema)) delete schema[key];
  Object.assign(schema, { description, anyOf: [value, { type: 'string', pattern: '\\$' }] });
}
