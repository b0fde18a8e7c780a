// Values as Terraform sends them: MessagePack, in which an extension stands for what is not known yet.
import { decode, encode, ExtData, ExtensionCodec } from '@msgpack/msgpack';
import { isNested, type BlockSchema, type CtyType } from './schema';

/** A value that is known after apply. */
export const UNKNOWN: unique symbol = Symbol('known after apply');

export type Value = null | string | number | boolean | typeof UNKNOWN | Value[] | { [name: string]: Value };
export type Values = Record<string, Value>;

export interface DynamicValue {
  msgpack?: Uint8Array;
  json?: Uint8Array;
}

const codec = new ExtensionCodec();
// 0 is an unknown value; 12 one of which something is known, such as that it is not null.
for (const type of [0, 12]) codec.register({ type, encode: () => null, decode: () => UNKNOWN });

export function isObject(value: Value | undefined): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether nothing in the value is known after apply only. */
export function isKnown(value: Value): boolean {
  if (Array.isArray(value)) return value.every(isKnown);
  return isObject(value) ? Object.values(value).every(isKnown) : value !== UNKNOWN;
}

export function decodeValue(value: DynamicValue | null | undefined): Values | null {
  if (value?.msgpack?.length) return decode(value.msgpack, { extensionCodec: codec }) as Values | null;
  if (value?.json?.length) return JSON.parse(Buffer.from(value.json).toString()) as Values | null;
  return null;
}

/** @param values What is missing is null; `null` for a resource that does not exist. */
export function encodeValue(block: BlockSchema, values: Values | null): DynamicValue {
  return { msgpack: encode(values && blockToWire(block, values)) };
}

function blockToWire(block: BlockSchema, values: Values): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(block).map(([name, field]) => {
      const value = values[name] ?? null;
      if (!isNested(field)) return [name, typedToWire(field.type, value)];
      if (value === UNKNOWN) return [name, unknownToWire()];
      if (field.block === 'single') return [name, isObject(value) ? blockToWire(field.of, value) : null];
      const all = Array.isArray(value) ? value : [];
      return [name, all.map((one) => (isObject(one) ? blockToWire(field.of, one) : unknownToWire()))];
    }),
  );
}

function typedToWire(type: CtyType, value: Value): unknown {
  if (value === UNKNOWN) return unknownToWire();
  if (value === null || typeof type === 'string') return value;
  const [kind, of] = type;
  if (Array.isArray(value)) return value.map((one) => typedToWire(of as CtyType, one));
  if (!isObject(value)) return value;
  if (kind === 'object') {
    return Object.fromEntries(
      Object.entries(of as Record<string, CtyType>).map(([name, inner]) => [
        name,
        typedToWire(inner, value[name] ?? null),
      ]),
    );
  }
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, typedToWire(of as CtyType, one)]));
}

function unknownToWire(): ExtData {
  return new ExtData(0, new Uint8Array([0]));
}
