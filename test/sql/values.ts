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

const NUMERIC_SCALE = 9;
const DAY_MS = 86_400_000;

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
export function encode(type: ZetaType, value: Plain | undefined): ZetaValue {
  if (type.arrayType !== undefined) {
    const { elementType } = type.arrayType;
    return {
      arrayValue: { element: ((value ?? []) as Plain[]).map((element) => encode(elementType, element)) },
    };
  }
  if (value === undefined || value === null) return {};
  switch (type.typeKind) {
    case 'TYPE_STRUCT': {
      const record = value as Record<string, Plain>;
      const members = type.structType?.field ?? [];
      return {
        structValue: {
          field: members.map(({ fieldName, fieldType }) => encode(fieldType, record[fieldName])),
        },
      };
    }
    case 'TYPE_STRING':
      return { stringValue: value };
    case 'TYPE_INT64':
      return { int64Value: String(value) };
    case 'TYPE_DOUBLE':
      return { doubleValue: Number(value) };
    case 'TYPE_BOOL':
      return { boolValue: value };
    case 'TYPE_DATE':
      return { dateValue: Date.parse(String(value)) / DAY_MS };
    case 'TYPE_TIMESTAMP': {
      const ms = Date.parse(String(value));
      return {
        timestampValue: {
          seconds: String(Math.floor(ms / 1000)),
          nanos: (((ms % 1000) + 1000) % 1000) * 1_000_000,
        },
      };
    }
    case 'TYPE_NUMERIC':
      return { numericValue: encodeNumeric(BigInt(Math.round(Number(value) * 10 ** NUMERIC_SCALE))) };
    default:
      throw new Error(`cannot encode ${type.typeKind}`);
  }
}

/** The other way. TIMESTAMP becomes ISO text, INT64 a number, NUMERIC a number, DATE its text. */
export function decode(type: ZetaType, value: ZetaValue): Plain {
  switch (type.typeKind) {
    case 'TYPE_ARRAY': {
      const elementType = type.arrayType?.elementType as ZetaType;
      const { element } = (value.arrayValue ?? { element: [] }) as { element: ZetaValue[] };
      return element.map((one) => decode(elementType, one));
    }
    case 'TYPE_STRUCT': {
      if (value.structValue === undefined) return null;
      const { field } = value.structValue as { field: ZetaValue[] };
      const members = type.structType?.field ?? [];
      return Object.fromEntries(
        members.map(({ fieldName, fieldType }, at) => [fieldName, decode(fieldType, field[at] ?? {})]),
      );
    }
    case 'TYPE_TIMESTAMP': {
      if (value.timestampValue === undefined) return null;
      const { seconds = 0, nanos = 0 } = value.timestampValue as { seconds?: string; nanos?: number };
      return new Date(Number(seconds) * 1000 + nanos / 1_000_000).toISOString();
    }
    case 'TYPE_DATE':
      if (value.dateValue === undefined) return null;
      return new Date(Number(value.dateValue) * DAY_MS).toISOString().slice(0, 10);
    case 'TYPE_NUMERIC':
      if (value.numericValue === undefined) return null;
      return Number(decodeNumeric(value.numericValue as Buffer)) / 10 ** NUMERIC_SCALE;
    case 'TYPE_INT64':
      return value.int64Value === undefined ? null : Number(value.int64Value);
    case 'TYPE_DOUBLE':
      return (value.doubleValue as number | undefined) ?? null;
    case 'TYPE_BOOL':
      return (value.boolValue as boolean | undefined) ?? null;
    case 'TYPE_STRING':
      return (value.stringValue as string | undefined) ?? null;
    default:
      throw new Error(`cannot decode ${type.typeKind}`);
  }
}

/** NUMERIC travels as little-endian two's complement of the value times 10^9, in as few bytes as hold it. */
function encodeNumeric(scaled: bigint): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeBigInt64LE(scaled);
  bytes.fill(scaled < 0n ? 0xff : 0, 8);
  return bytes;
}

function decodeNumeric(bytes: Buffer): bigint {
  const value = bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return BigInt.asIntN(bytes.length * 8, value);
}
