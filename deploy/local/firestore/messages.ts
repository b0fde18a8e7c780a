// The messages of google.firestore.v1 that are used here, in proto JSON form: 64-bit numbers and bytes (base64) are strings,
// enumerations are names. A field with its default value may be absent.

export interface Timestamp {
  seconds?: string;
  nanos?: number;
}

export interface Value {
  nullValue?: 'NULL_VALUE';
  booleanValue?: boolean;
  integerValue?: string;
  /** JSON has no NaN, infinities or negative zero: they are strings of these names. */
  doubleValue?: number | 'NaN' | 'Infinity' | '-Infinity' | '-0';
  timestampValue?: Timestamp;
  stringValue?: string;
  bytesValue?: string;
  referenceValue?: string;
  geoPointValue?: { latitude?: number; longitude?: number };
  arrayValue?: { values?: Value[] };
  mapValue?: { fields?: Fields };
}

export type Fields = Record<string, Value>;

export interface Document {
  name: string;
  fields?: Fields;
  createTime?: Timestamp;
  updateTime?: Timestamp;
}

export interface FieldMask {
  fieldPaths?: string[];
}

export interface FieldTransform {
  fieldPath?: string;
  setToServerValue?: string;
  increment?: Value;
  appendMissingElements?: { values?: Value[] };
  removeAllFromArray?: { values?: Value[] };
}

export interface Write {
  update?: Document;
  delete?: string;
  updateMask?: FieldMask;
  updateTransforms?: FieldTransform[];
  currentDocument?: { exists?: boolean; updateTime?: Timestamp };
}

export interface CommitRequest {
  database?: string;
  writes?: Write[];
}

export interface WriteResult {
  updateTime?: Timestamp;
  transformResults?: Value[];
}

export interface BatchGetDocumentsRequest {
  database?: string;
  documents?: string[];
  mask?: FieldMask;
}

export interface FieldReference {
  fieldPath?: string;
}

export interface Filter {
  compositeFilter?: { op?: string; filters?: Filter[] };
  fieldFilter?: { field?: FieldReference; op?: string; value?: Value };
  unaryFilter?: { op?: string; field?: FieldReference };
}

export interface Cursor {
  values?: Value[];
  before?: boolean;
}

export interface StructuredQuery {
  select?: { fields?: FieldReference[] };
  from?: { collectionId?: string; allDescendants?: boolean }[];
  where?: Filter;
  orderBy?: { field?: FieldReference; direction?: string }[];
  startAt?: Cursor;
  endAt?: Cursor;
  offset?: number;
  limit?: { value?: number };
}

export interface RunQueryRequest {
  parent?: string;
  structuredQuery?: StructuredQuery;
  readTime?: Timestamp;
}

export interface RunAggregationQueryRequest {
  parent?: string;
  structuredAggregationQuery?: {
    structuredQuery?: StructuredQuery;
    aggregations?: { alias?: string; count?: { upTo?: { value?: string } } }[];
  };
}

export interface ListDocumentsRequest {
  parent?: string;
  collectionId?: string;
  pageSize?: number;
  pageToken?: string;
  mask?: FieldMask;
  showMissing?: boolean;
}

export interface ListCollectionIdsRequest {
  parent?: string;
  pageSize?: number;
  pageToken?: string;
}

export interface ListenRequest {
  database?: string;
  addTarget?: {
    targetId?: number;
    query?: { parent?: string; structuredQuery?: StructuredQuery };
    documents?: { documents?: string[] };
    resumeToken?: string;
    readTime?: Timestamp;
    once?: boolean;
  };
  removeTarget?: number;
}
