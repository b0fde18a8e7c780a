// The keys of the schema at a path.
import * as z from 'zod/mini';
import { configSchema } from './schema';

/** The valid keys of the object at `path`; none if the schema has no closed object there. */
export function validKeysAt(path: readonly PropertyKey[]): string[] {
  let schemas: z.core.$ZodType[] = [configSchema];
  for (const part of path) schemas = schemas.flatMap(unwrapped).flatMap((schema) => childrenOf(schema, part));
  const keys = schemas
    .flatMap(unwrapped)
    .flatMap((schema) => (schema instanceof z.ZodMiniObject ? Object.keys(schema.shape) : []));
  return [...new Set(keys)];
}

function childrenOf(schema: z.core.$ZodType, part: PropertyKey): z.core.$ZodType[] {
  if (schema instanceof z.ZodMiniRecord) return [schema.def.valueType];
  if (schema instanceof z.ZodMiniArray) return [schema.def.element];
  if (!(schema instanceof z.ZodMiniObject)) return [];
  const shape = schema.shape as Record<string, z.core.$ZodType>;
  const key = String(part);
  const child = Object.hasOwn(shape, key) ? shape[key] : undefined;
  return child ? [child] : [];
}

/** Removes the wrappers of optional values and defaults. A union becomes all its options. */
function unwrapped(schema: z.core.$ZodType): z.core.$ZodType[] {
  if (schema instanceof z.ZodMiniOptional || schema instanceof z.ZodMiniDefault) return unwrapped(schema.def.innerType);
  if (schema instanceof z.ZodMiniPipe) return unwrapped(schema.def.in);
  if (schema instanceof z.ZodMiniUnion) return schema.def.options.flatMap(unwrapped);
  return [schema];
}
