// The metrics of a run as text and as JSON.
import type { Metric, Metrics } from '@mymlops/protocol';
import { printableLine } from './printable';
import { columnsOf, shortenToColumns } from './width';

const LONGEST_WORD = 40;
const GAP = '  ';

/** A number with at most so many digits is shown as written; others are rounded to one digit less. */
const MOST_DIGITS = 6;

const UNREAD = {
  'too-large': 'metrics.json is not shown: it is larger than 64 kB',
  broken: 'metrics.json is not shown: it is not a JSON object',
};

const NOTHING_SHOWN = 'metrics.json is not shown: it contains only lists and nested objects';

/** Lines of at most so many columns, each value beside its name: `accuracy 0.992  loss 0.0127`. */
export function metricsLines(metrics: Metrics | undefined, columns: number): string[] {
  if (!metrics) return [];
  if (metrics.unread) return [UNREAD[metrics.unread]];
  if (metrics.values.length === 0 && metrics.leftOut) return [NOTHING_SHOWN];
  return laidOut(words(metrics), columns);
}

/** The metrics on one line. If some do not fit, it says how many. */
export function metricsLine(metrics: Metrics | undefined, columns: number): string | undefined {
  const [first, ...others] = metricsLines(metrics, columns);
  if (!metrics || others.length === 0) return first;
  const { values, leftOut = 0 } = metrics;
  for (let shown = values.length - 1; shown > 0; shown--) {
    const line = laidOut(words({ values: values.slice(0, shown), leftOut: leftOut + values.length - shown }), columns);
    if (line.length === 1) return line[0];
  }
  return first;
}

/** The metrics by name. A number that JSON does not have is the text from the file. */
export function metricsJson(metrics: Metrics | undefined): Record<string, Metric['value']> | undefined {
  if (!metrics || metrics.unread) return undefined;
  // Without a prototype no name has a special meaning.
  const named = Object.create(null) as Record<string, Metric['value']>;
  for (const { name, value, spelling } of metrics.values) named[name] = value ?? spelling ?? null;
  return named;
}

function words({ values, leftOut }: Metrics): string[] {
  const named = values.map((metric) => `${wordOf(metric.name)} ${valueText(metric)}`);
  return leftOut ? [...named, `and ${leftOut} more`] : named;
}

function laidOut(parts: readonly string[], columns: number): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const longer = [lines.at(-1), part].join(GAP);
    if (lines.length > 0 && columnsOf(longer) <= columns) lines[lines.length - 1] = longer;
    else lines.push(part);
  }
  return lines;
}

function valueText({ value, spelling }: Metric): string {
  if (typeof value === 'string') return wordOf(value);
  return typeof value === 'number' ? numberText(spelling ?? String(value)) : (spelling ?? String(value));
}

const wordOf = (text: string): string => shortenToColumns(printableLine(text), LONGEST_WORD) || '""';

/** A number for display: integers in full, short numbers as written, others rounded to five digits. */
export function numberText(spelling: string): string {
  const mantissa = spelling.replace(/e.*$/i, '');
  const digits = mantissa.replace(/[-.]/g, '').replace(/^0+/, '');
  const number = Number(spelling);
  if (digits.length <= MOST_DIGITS || !Number.isFinite(number) || /^-?\d+$/.test(spelling)) return spelling;
  const size = Math.abs(number);
  if (size >= 10 ** (MOST_DIGITS - 1) && size < 1e15) return String(Math.round(number));
  const rounded = String(Number(number.toPrecision(MOST_DIGITS - 1)));
  return /[.e]/.test(rounded) ? rounded : `${rounded}.0`;
}
