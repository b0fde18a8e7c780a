// The bodies of Firestore's REST calls, as the messages that gRPC carries: times are text in one and numbers in the other.
import * as z from 'zod';
import type { BatchGetDocumentsRequest, Filter, RunQueryRequest, Timestamp, Value } from './messages';
import { invalidArgument } from './status';
import { fromTimeText } from './times';

const timestamp = z.iso.datetime({ offset: true }).transform((text): Timestamp => fromTimeText(text));

const value: z.ZodType<Value> = z.lazy(() =>
  z.union([
    z.strictObject({ nullValue: z.null() }).transform((): Value => ({ nullValue: 'NULL_VALUE' })),
    z.strictObject({ booleanValue: z.boolean() }),
    z.strictObject({ integerValue: z.union([z.string().regex(/^-?\d{1,19}$/), z.number().int()]).transform(String) }),
    z.strictObject({ doubleValue: z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])]) }),
    z.strictObject({ timestampValue: timestamp }),
    z.strictObject({ stringValue: z.string() }),
    z.strictObject({ bytesValue: z.base64() }),
    z.strictObject({ referenceValue: z.string() }),
    z.strictObject({
      geoPointValue: z.strictObject({ latitude: z.number().optional(), longitude: z.number().optional() }),
    }),
    z.strictObject({ arrayValue: z.strictObject({ values: z.array(value).optional() }) }),
    z.strictObject({ mapValue: z.strictObject({ fields: z.record(z.string(), value).optional() }) }),
  ]),
);

const field = z.strictObject({ fieldPath: z.string() });
const filter: z.ZodType<Filter> = z.lazy(() =>
  z.union([
    z.strictObject({ compositeFilter: z.strictObject({ op: z.string(), filters: z.array(filter) }) }),
    z.strictObject({ fieldFilter: z.strictObject({ field, op: z.string(), value }) }),
    z.strictObject({ unaryFilter: z.strictObject({ op: z.string(), field }) }),
  ]),
);
const cursor = z.strictObject({ values: z.array(value).optional(), before: z.boolean().optional() });

/** The calls refuse these by name. */
const refused = {
  transaction: z.unknown().optional(),
  newTransaction: z.unknown().optional(),
  readTime: z.unknown().optional(),
};

const query = z.strictObject({
  select: z.strictObject({ fields: z.array(field).optional() }).optional(),
  from: z.array(z.strictObject({ collectionId: z.string().optional(), allDescendants: z.boolean().optional() })),
  where: filter.optional(),
  orderBy: z.array(z.strictObject({ field, direction: z.enum(['ASCENDING', 'DESCENDING']).optional() })).optional(),
  startAt: cursor.optional(),
  endAt: cursor.optional(),
  offset: z.number().int().optional(),
  limit: z
    .number()
    .int()
    .transform((count) => ({ value: count }))
    .optional(),
  findNearest: z.unknown().optional(),
});

const runQuery = z.strictObject({
  structuredQuery: query.optional(),
  explainOptions: z.unknown().optional(),
  ...refused,
  readTime: timestamp.optional(),
});
const batchGet = z.strictObject({
  documents: z.array(z.string()).optional(),
  mask: z.strictObject({ fieldPaths: z.array(z.string()).optional() }).optional(),
  ...refused,
});

/** Throws INVALID_ARGUMENT for anything that Google's message has no field for. */
export const readRunQuery = (body: unknown): RunQueryRequest => read(runQuery, body);
export const readBatchGet = (body: unknown): BatchGetDocumentsRequest => read(batchGet, body);

function read<T>(schema: z.ZodType<T>, body: unknown): T {
  const { success, data, error } = schema.safeParse(body);
  if (success) return data;
  const [issue] = error.issues;
  throw invalidArgument(`Invalid JSON payload received: ${issue?.path.join('.')}: ${issue?.message}`);
}
