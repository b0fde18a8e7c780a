// Reads a run's metrics.json. It comes from a VM: anything may be in it, and nothing in it fails a run. Pure.
import { cutText, type Metric, type Metrics } from '@mymlops/protocol';
import { parseSpelled } from './python-json';

/** A larger file is not read. */
export const MAX_METRICS_BYTES = 64 * 1024;

/** With these limits the metrics take at most 40 kB of a run document, which has room for 200 kB. */
const MOST_METRICS = 50;
const LONGEST_NAME = 100;
const LONGEST_TEXT = 100;
const LONGEST_SPELLING = 40;

/** Values at the top, and one level below it with the names joined by a dot, in the order of the file. */
export function readMetrics(text: string): Metrics {
  let content: unknown;
  try {
    content = parseSpelled(text);
  } catch {
    return { values: [], unread: 'broken' };
  }
  if (!isObject(content)) return { values: [], unread: 'broken' };
  const fields = Object.entries(content).flatMap(([key, value]) => fieldsOf(wordOf(key), value));
  const metrics = fields.flatMap(([name, value]) => metricOf(name, value) ?? []);
  const values = metrics.slice(0, MOST_METRICS);
  const leftOut = fields.length - values.length;
  return { values, ...(leftOut > 0 && { leftOut }) };
}

type Field = [name: string, value: unknown];

function fieldsOf(name: string, value: unknown): Field[] {
  if (!isObject(value)) return [[name, value]];
  return Object.entries(value).map(([key, inner]): Field => [`${name}.${wordOf(key)}`, inner]);
}

/** Undefined for a list, and for what is nested deeper. */
function metricOf(name: string, value: unknown): Metric | undefined {
  if (typeof value === 'object' && value !== null) return undefined;
  return { name: shorten(name, LONGEST_NAME), ...valueOf(value) };
}

function valueOf(value: unknown): Pick<Metric, 'value' | 'spelling'> {
  if (typeof value !== 'string') return { value: value === true || value === false ? value : null };
  return value.startsWith('#') ? numberOf(wordOf(value)) : { value: shorten(wordOf(value), LONGEST_TEXT) };
}

/** JSON, which the client prints, has no NaN and nothing infinite. */
function numberOf(written: string): Pick<Metric, 'value' | 'spelling'> {
  const number = Number(written);
  const spelling = written.length > LONGEST_SPELLING ? String(number) : written;
  return {
    value: Number.isFinite(number) ? number : null,
    ...((!Number.isFinite(number) || spelling !== String(number)) && { spelling }),
  };
}

/** Without the sign that tells texts from numbers. */
const wordOf = (marked: string): string => marked.slice(1);

const shorten = (text: string, length: number): string =>
  text.length > length ? `${cutText(text, length - 3)}...` : cutText(text, length);

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
