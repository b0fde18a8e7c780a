// Finds the place in the file of a parsed value, through aliases and merge keys.
import { type Document, type Node, type Pair, isAlias, isMap, isNode, isScalar, isSeq } from 'yaml';

/** The node at `path`, or its nearest existing ancestor. */
export function nearestNode(document: Document, path: readonly PropertyKey[]): Node | undefined {
  for (let length = path.length; length >= 0; length--) {
    const node = nodeAt(document, path.slice(0, length));
    if (node) return node;
  }
  return undefined;
}

/** An alias at `path` is returned as it is; below an alias, the node is found at its anchor. */
export function nodeAt(document: Document, path: readonly PropertyKey[]): Node | undefined {
  let node: unknown = document.contents;
  for (const part of path) node = childOf(document, node, part);
  return isNode(node) ? node : undefined;
}

/** The node of the key in the mapping at `path`, or in a mapping merged into it; else the mapping at `path`. */
export function keyNode(document: Document, path: readonly PropertyKey[], key: string): Node | undefined {
  const map = nodeAt(document, path);
  const pair = pairOf(document, map, key);
  return isNode(pair?.key) ? pair.key : map;
}

/** Whether a key is a merge key. */
export const isMergeKey = (key: unknown): boolean => isScalar(key) && key.source === '<<' && key.type === 'PLAIN';

function childOf(document: Document, node: unknown, part: PropertyKey): unknown {
  const target = targetOf(document, node);
  return isSeq(target) ? target.items[Number(part)] : pairOf(document, target, String(part))?.value;
}

function pairOf(document: Document, node: unknown, key: string, depth = 0): Pair | undefined {
  const map = targetOf(document, node);
  if (!isMap(map) || depth > 10) return undefined;
  const own = map.items.find((item) => !isMergeKey(item.key) && isScalar(item.key) && String(item.key.value) === key);
  if (own) return own;
  for (const { key: mergeKey, value } of map.items) {
    if (!isMergeKey(mergeKey)) continue;
    const merged = targetOf(document, value);
    for (const source of isSeq(merged) ? merged.items : [merged]) {
      const found = pairOf(document, source, key, depth + 1);
      if (found) return found;
    }
  }
  return undefined;
}

/** The target of an alias; any other node itself. */
export const targetOf = (document: Document, node: unknown): unknown => (isAlias(node) ? node.resolve(document) : node);
