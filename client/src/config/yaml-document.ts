// Text -> YAML document, or what is wrong with it in words of one sentence.
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
 * Errors of syntax. Without any the document can be turned into values, if its aliases allow it: see valuesOf. With the schema
 * `failsafe` every scalar is a text.
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
    return { document, at, errors: [{ ...place, message: 'nested too deeply' }] };
  }
  const faults = [...document.errors, ...document.warnings];
  const errors = faults.map((fault) => at(fault.pos[0], sentenceOf(fault)));
  return { document, at, errors: errors.length > 0 ? errors : badReferences(document, at) };
}

/** The document's values, aliases and merge keys put in; a sentence where they cannot be. */
export function valuesOf(document: Document): { ok: true; values: unknown } | { ok: false; message: string } {
  try {
    return { ok: true, values: document.toJS() ?? {} };
  } catch (error) {
    const { message } = error as Error;
    const isBomb = message.startsWith('Excessive alias count');
    return { ok: false, message: isBomb ? 'its aliases multiply beyond all measure' : firstLine(message) };
  }
}

function badReferences(document: Document, at: ParsedYaml['at']): ConfigError[] {
  const errors: ConfigError[] = [];
  visit(document, {
    Alias(_key, node, ancestors) {
      const target = node.resolve(document);
      const isInside = target !== undefined && ancestors.includes(target);
      if (isInside) errors.push(at(node.range?.[0] ?? 0, `*${node.source} stands inside of what it stands for`));
      if (!target) errors.push(at(node.range?.[0] ?? 0, `no anchor &${node.source} before this alias`));
    },
    Map(_key, node) {
      for (const { key, value } of node.items.filter(isPair)) {
        if (!isMergeKey(key) || isMergeable(document, value)) continue;
        const offset = (key as { range?: [number, number, number] }).range?.[0] ?? 0;
        errors.push(at(offset, '`<<` merges a mapping, or a list of them, by alias: `<<: *name`'));
      }
    },
  });
  return errors;
}

function isMergeable(document: Document, value: unknown): boolean {
  const target = targetOf(document, value);
  const sources = isSeq(target) ? target.items.map((item) => targetOf(document, item)) : [target];
  // What is undefined is told as an alias without its anchor.
  return sources.every((source) => source === undefined || isMap(source));
}
