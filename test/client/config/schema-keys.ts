// The keys of mymlops.yml, as the published JSON Schema names them.

export interface Schema {
  description?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | false;
  items?: Schema;
  anyOf?: Schema[];
}

/** Paths of all keys with their descriptions; names that users choose are `*`. */
export function keysOf(node: Schema, above: string[] = []): { path: string[]; description: string | undefined }[] {
  const own = Object.entries(node.properties ?? {}).flatMap(([key, child]) => [
    { path: [...above, key], description: child.description },
    ...keysOf(child, [...above, key]),
  ]);
  const named = node.additionalProperties ? keysOf(node.additionalProperties, [...above, '*']) : [];
  const items = node.items ? keysOf(node.items, [...above, '0']) : [];
  return [...own, ...named, ...items, ...(node.anyOf ?? []).flatMap((option) => keysOf(option, above))];
}
