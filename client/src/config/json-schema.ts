// The schema of mymlops.yml as JSON Schema, for editors. What it cannot say (names that must exist, keys that exclude each
// other) `validate` checks.
import { z } from 'zod';
import { configSchema } from './schema';

export const SCHEMA_FILE = 'mymlops.schema.json';

export function jsonSchema(): object {
  const { $schema, ...rest } = z.toJSONSchema(configSchema, { io: 'input', target: 'draft-7' });
  return { $schema, title: 'mymlops.yml', description: 'How mymlops runs the notebooks of this folder.', ...rest };
}
