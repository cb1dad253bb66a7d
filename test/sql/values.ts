import { DAY_MS } from '../../shared/times.ts';

/**
 * Between BigQuery's JSON types and ZetaSQL's wire types: what the tables of this project use, and no more.
 * https://github.com/google/zetasql/blob/master/zetasql/public/value.proto
 */

export interface Field {
  name: string;
  type: string;
  mode?: string;
  fields?: Field[];
}

export interface ZetaType {
  typeKind: string;
  arrayType?: { elementType: ZetaType };
  structType?: { field: { fieldName: string; fieldType: ZetaType }[] };
}

export type Plain = null | boolean | number | string | Plain[] | { [name: string]: Plain };
export type ZetaValue = Record<string, unknown>;

/** BigQuery's name of a type (standard or legacy) to ZetaSQL's. */
const KINDS: Record<string, string> = {
  STRING: 'TYPE_STRING',
  INTEGER: 'TYPE_INT64',
  INT64: 'TYPE_INT64',
  FLOAT64: 'TYPE_DOUBLE',
  FLOAT: 'TYPE_DOUBLE',
  NUMERIC: 'TYPE_NUMERIC',
  BOOLEAN: 'TYPE_BOOL',
  BOOL: 'TYPE_BOOL',
  TIMESTAMP: 'TYPE_TIMESTAMP',
  DATE: 'TYPE_DATE',
  DATETIME: 'TYPE_DATETIME',
  BYTES: 'TYPE_BYTES',
  JSON: 'TYPE_JSON',
};

/** The field that holds a value of the type; into it, and out of it again. NULL has none. */
const SCALARS: Record<string, [string, encode: (plain: Plain) => unknown, decode: (wire: never) => Plain]> = {
  TYPE_STRING: ['stringValue', (text) => text, (text: string) => text],
  TYPE_INT64: ['int64Value', String, Number],
  TYPE_DOUBLE: ['doubleValue', Number, (number: number) => number],
  TYPE_BOOL: ['boolValue', (is) => is, (is: boolean) => is],
  TYPE_DATE: [
    'dateValue',
    (text) => Date.parse(String(text)) / DAY_MS,
    (days: number) => new Date(days * DAY_MS).toISOString().slice(0, 10),
  ],
  TYPE_TIMESTAMP: [
    'timestampValue',
    (text) => {
      const seconds = Math.floor(Date.parse(String(text)) / 1000);
      return { seconds: String(seconds), nanos: (Date.parse(String(text)) - seconds * 1000) * 1_000_000 };
    },
    ({ seconds = 0, nanos = 0 }: { seconds?: string | number; nanos?: number }) =>
      new Date(Number(seconds) * 1000 + nanos / 1_000_000).toISOString(),
  ],
  TYPE_NUMERIC: ['numericValue', encodeNumeric, decodeNumeric],
};

function scalarOf(typeKind: string) {
  const scalar = SCALARS[typeKind];
  if (!scalar) throw new Error(`no wire format known for ${typeKind}`);
  return scalar;
}

export function zetaType(field: Omit<Field, 'name'>): ZetaType {
  if (field.mode === 'REPEATED')
    return { typeKind: 'TYPE_ARRAY', arrayType: { elementType: zetaType({ ...field, mode: '' }) } };
  if (field.type === 'RECORD') {
    const members = (field.fields ?? []).map((member) => ({
      fieldName: member.name,
      fieldType: zetaType(member),
    }));
    return { typeKind: 'TYPE_STRUCT', structType: { field: members } };
  }
  const typeKind = KINDS[field.type];
  if (typeKind === undefined) throw new Error(`no ZetaSQL type known for ${field.type}`);
  return { typeKind };
}

/** A plain value (as in a row that is inserted) to ZetaSQL's; absent and null are NULL, an absent array is empty. */
export function encode({ typeKind, arrayType, structType }: ZetaType, value: Plain | undefined): ZetaValue {
  if (arrayType !== undefined)
    return {
      arrayValue: { element: ((value ?? []) as Plain[]).map((one) => encode(arrayType.elementType, one)) },
    };
  if (value === undefined || value === null) return {};
  if (structType !== undefined) {
    const record = value as Record<string, Plain>;
    const field = structType.field.map((member) => encode(member.fieldType, record[member.fieldName]));
    return { structValue: { field } };
  }
  const [field, toWire] = scalarOf(typeKind);
  return { [field]: toWire(value) };
}

/** The other way. TIMESTAMP becomes ISO text, INT64 a number, NUMERIC a number, DATE its text. */
export function decode({ typeKind, arrayType, structType }: ZetaType, value: ZetaValue): Plain {
  if (arrayType !== undefined) {
    const { element } = (value.arrayValue ?? { element: [] }) as { element: ZetaValue[] };
    return element.map((one) => decode(arrayType.elementType, one));
  }
  if (structType !== undefined) {
    if (value.structValue === undefined) return null;
    const { field } = value.structValue as { field: ZetaValue[] };
    return Object.fromEntries(
      structType.field.map(({ fieldName, fieldType }, at) => [fieldName, decode(fieldType, field[at] ?? {})]),
    );
  }
  const [field, , toPlain] = scalarOf(typeKind);
  return value[field] === undefined ? null : toPlain(value[field] as never);
}

/** NUMERIC travels as little-endian two's complement of the value times 10^9, in as few bytes as hold it. */
const NUMERIC_SCALE = 9;

function encodeNumeric(value: Plain): Buffer {
  const scaled = BigInt(Math.round(Number(value) * 10 ** NUMERIC_SCALE));
  const bytes = Buffer.alloc(16, scaled < 0n ? 0xff : 0);
  bytes.writeBigInt64LE(scaled);
  return bytes;
}

function decodeNumeric(bytes: Buffer): number {
  const value = bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return Number(BigInt.asIntN(bytes.length * 8, value)) / 10 ** NUMERIC_SCALE;
}
