// Values as Firestore's REST API writes them, each with its type (https://cloud.google.com/firestore/docs/reference/rest/v1/Value).

export type Value = Record<string, unknown>;
export type Fields = Readonly<Record<string, Value>>;

/** The fields of a document as a plain object. A time becomes a Date, bytes a Buffer, a reference its text. */
export const fromFields = (fields: Fields = {}): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, fromValue(value)]));

function fromValue(value: Value): unknown {
  const [[kind, content] = ['', undefined]] = Object.entries(value);
  switch (kind) {
    case 'stringValue':
    case 'booleanValue':
    case 'referenceValue':
    case 'geoPointValue':
    case 'nullValue':
      return content;
    // Text, as JSON has no 64 bits, no infinity and no NaN.
    case 'integerValue':
    case 'doubleValue':
      return Number(content);
    case 'timestampValue':
      return new Date(content as string);
    case 'bytesValue':
      return Buffer.from(content as string, 'base64');
    case 'mapValue':
      return fromFields((content as { fields?: Fields }).fields);
    case 'arrayValue':
      return ((content as { values?: Value[] }).values ?? []).map(fromValue);
    default:
      throw new Error(`a value of Firestore has the unknown type ${kind}`);
  }
}
