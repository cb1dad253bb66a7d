/** Values as clients send them, checked against the field and brought into the form that from_json and CAST read. */
import { type Field, isRecord, standardName } from './types.ts';

/** What is wrong with a value, and of which field; the messages are BigQuery's as far as they are known. */
export interface Problem {
  location: string;
  message: string;
}

const FORMS: Record<string, RegExp> = {
  STRING: /^/,
  INT64: /^[+-]?\d{1,19}$/,
  FLOAT64: /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$|^NaN$|^[+-]?Inf(inity)?$/i,
  NUMERIC: /^[+-]?\d{1,29}(\.\d{0,9})?$/,
  BOOL: /^(true|false)$/i,
  BYTES: /^[A-Za-z0-9+/_-]*={0,2}$/,
};
const MOMENT =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](([01]?\d|2[0-3]):[0-5]\d)(:[0-5]\d(?:\.\d{1,6})?)? ?(Z|UTC|[+-]\d{2}(?::\d{2})?)?)?$/i;

/** Returns undefined for what is no date, or no time of that kind. */
function moment(type: string, given: unknown): string | undefined {
  const text =
    typeof given === 'number' && Math.abs(given) < 8e12
      ? new Date(given * 1000).toISOString()
      : String(given);
  const [, year, month, day, time, , seconds = ':00', zone] = MOMENT.exec(text.trim()) ?? [];
  const isDate =
    new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day);
  if (!isDate || Number(month) > 12 || (type !== 'TIMESTAMP' && zone) || (type === 'DATE' && time))
    return undefined;
  const date = `${year}-${month}-${day}`;
  return type === 'DATE'
    ? date
    : `${date} ${time ?? '00:00'}${seconds}${zone?.replace(/Z|UTC/i, '+00') ?? ''}`;
}

/** The value as text (JSON as it is), or undefined where it is none of the type. */
function scalar(type: string, value: unknown): unknown {
  if (type === 'STRING' && typeof value === 'string') return value;
  if (type === 'DATE' || type === 'DATETIME' || type === 'TIMESTAMP') return moment(type, value);
  if (type === 'JSON')
    try {
      return typeof value === 'string' ? JSON.parse(value) : value;
    } catch {
      return undefined;
    }
  const text = type === 'NUMERIC' && typeof value === 'number' ? value.toFixed(9) : String(value);
  if (!FORMS[type]?.test(text)) return undefined;
  const mayOverflow = type === 'INT64' && text.length > 18;
  if (mayOverflow && BigInt.asIntN(64, BigInt(text)) !== BigInt(text)) return undefined;
  return type === 'BYTES' ? Buffer.from(text, 'base64').toString('hex').replace(/../g, '\\x$&') : text;
}

interface Place {
  /** Where in the record: '' or 'friends.'. */
  prefix: string;
  problems: Problem[];
  /** Drops members that the schema has not, instead of objecting. */
  ignoreUnknown: boolean;
}

const byNames = new WeakMap<Field[], Map<string, Field>>();

/** Fields by their names, which have no case; made once a schema. */
function fieldsByName(fields: Field[]): Map<string, Field> {
  const made = byNames.get(fields) ?? new Map(fields.map((field) => [field.name.toLowerCase(), field]));
  byNames.set(fields, made);
  return made;
}

export function recordValue(fields: Field[], given: object, place: Place): Record<string, unknown> {
  const byName = fieldsByName(fields);
  const values = new Map<Field, unknown>();
  for (const [name, value] of Object.entries(given)) {
    const field = byName.get(name) ?? byName.get(name.toLowerCase());
    const location = place.prefix + name;
    if (field) values.set(field, value);
    else if (!place.ignoreUnknown) place.problems.push({ location, message: `no such field: ${location}.` });
  }
  const record: Record<string, unknown> = {};
  for (const field of fields) record[field.name] = fieldValue(field, values.get(field) ?? null, place);
  return record;
}

export function fieldValue(field: Field, value: unknown, place: Place): unknown {
  const location = place.prefix + field.name;
  const object = (message: string) => void place.problems.push({ location, message });
  if (field.mode === 'REPEATED') {
    const { mode, ...element } = field;
    const items = value ?? [];
    if (!Array.isArray(items)) return object(`Field ${location} is repeated, but the value is no array.`);
    if (items.includes(null))
      return object(`Only optional fields can be set to NULL. Field: ${location}; Value: NULL`);
    return items.map((item) => fieldValue(element, item, place));
  }
  if (value === null)
    return field.mode === 'REQUIRED' ? object(`Missing required field: ${location}.`) : null;
  if (Array.isArray(value) && field.type !== 'JSON')
    return object(`Array specified for non-repeated field: ${location}.`);
  const isObject = typeof value === 'object' && field.type !== 'JSON';
  if (isObject !== isRecord(field))
    return object(`This field: ${location} is ${isObject ? '' : 'not '}a record.`);
  if (isObject) return recordValue(field.fields ?? [], value as object, { ...place, prefix: `${location}.` });
  const checked = scalar(standardName(field.type), value);
  const type = field.type.toLowerCase();
  if (checked !== undefined) return checked;
  return object(`Cannot convert value to ${type} (bad value): ${String(value).slice(0, 100)}`);
}
