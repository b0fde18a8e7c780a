// The keys of the schema at a path, and where else a key is valid.
import * as z from 'zod/mini';
import { configSchema } from './schema';

const DEEPEST = 4;

/** The valid keys of the object at `path`; none if the schema has no closed object there. */
export const validKeysAt = (path: readonly PropertyKey[]): string[] => keysOf(schemasAt(path));

/** Where below `path` a key of this name is valid: the nearest place; undefined if there is none. */
export function placeBelow(path: readonly PropertyKey[], key: string): PropertyKey[] | undefined {
  let places = [[...path]];
  for (let depth = 0; depth < DEEPEST && places.length > 0; depth++) {
    const found = places.find((place) => validKeysAt(place).includes(key));
    if (found) return found;
    places = places.flatMap((place) => validKeysAt(place).map((inner) => [...place, inner]));
  }
  return undefined;
}

function schemasAt(path: readonly PropertyKey[]): z.core.$ZodType[] {
  let schemas: z.core.$ZodType[] = [configSchema];
  for (const part of path) schemas = schemas.flatMap(unwrapped).flatMap((schema) => childrenOf(schema, part));
  return schemas.flatMap(unwrapped);
}

function keysOf(schemas: readonly z.core.$ZodType[]): string[] {
  const keys = schemas.flatMap((schema) => (schema instanceof z.ZodMiniObject ? Object.keys(schema.shape) : []));
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
