// Text -> YAML document, or its errors, in one sentence each.
import { type Document, LineCounter, isMap, isPair, isSeq, parseDocument, visit } from 'yaml';
import type { ConfigError } from './config-error';
import { tooDeepAt } from './nesting';
import { isMergeKey, targetOf } from './yaml-nodes';
import { firstLine, sentenceOf } from './yaml-sentences';

export interface ParsedYaml {
  document: Document;
  /** An error at an offset of the text. */
  at(offset: number, message: string): ConfigError;
  errors: ConfigError[];
}

/**
 * The document and its syntax errors. Without errors it can be turned into values, if its aliases allow that: see valuesOf.
 * With the schema `failsafe` every scalar is text.
 */
export function parseYaml(text: string, schema: 'core' | 'failsafe' = 'core'): ParsedYaml {
  const lines = new LineCounter();
  const at = (offset: number, message: string): ConfigError => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col), message };
  };
  const deep = tooDeepAt(text);
  const document = parseDocument(deep === null ? text : '', {
    lineCounter: lines,
    merge: true,
    logLevel: 'error',
    schema,
  });
  if (deep !== null) {
    const before = text.slice(0, deep).split('\n');
    const place = { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
    return { document, at, errors: [{ ...place, message: 'nested too deeply: simplify the file' }] };
  }
  const faults = [...document.errors, ...document.warnings];
  const errors = faults.map((fault) => at(fault.pos[0], sentenceOf(fault)));
  return { document, at, errors: errors.length > 0 ? errors : badReferences(document, at) };
}

/** The document's values, with aliases and merge keys resolved; a sentence if they cannot be resolved. */
export function valuesOf(document: Document): { ok: true; values: unknown } | { ok: false; message: string } {
  try {
    return { ok: true, values: document.toJS() ?? {} };
  } catch (error) {
    const { message } = error as Error;
    const isBomb = message.startsWith('Excessive alias count');
    return { ok: false, message: isBomb ? 'too many alias expansions' : firstLine(message) };
  }
}

function badReferences(document: Document, at: ParsedYaml['at']): ConfigError[] {
  const errors: ConfigError[] = [];
  visit(document, {
    Alias(_key, node, ancestors) {
      const target = node.resolve(document);
      const isInside = target !== undefined && ancestors.includes(target);
      if (isInside) errors.push(at(node.range?.[0] ?? 0, `alias *${node.source} refers to itself`));
      if (!target) errors.push(at(node.range?.[0] ?? 0, `there is no anchor &${node.source} before this alias`));
    },
    Map(_key, node) {
      for (const { key, value } of node.items.filter(isPair)) {
        if (!isMergeKey(key) || isMergeable(document, value)) continue;
        const offset = (key as { range?: [number, number, number] }).range?.[0] ?? 0;
        errors.push(at(offset, '`<<` needs a mapping or a list of mappings, by alias: `<<: *name`'));
      }
    },
  });
  return errors;
}

function isMergeable(document: Document, value: unknown): boolean {
  const target = targetOf(document, value);
  const sources = isSeq(target) ? target.items.map((item) => targetOf(document, item)) : [target];
  // An undefined source is an alias without an anchor, which has its own error.
  return sources.every((source) => source === undefined || isMap(source));
}
