/**
 * Values as clients send them (insertAll, query parameters), checked against the field and brought into the form
 * that DuckDB's from_json and CAST read. The messages are BigQuery's as far as they are known.
 */
import { type Field, isRecord } from './types.ts';

/** What is wrong with a value, and the field that it was given for. */
export interface Problem {
  location: string;
  message: string;
}

const DATE = /^(\d{4})-(\d{1,2})-(\d{1,2})$/;
const TIME = /^([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?$/;
const MOMENT = /^(\S{8,10}?)(?:[T ]([\d:.]+)\s*(Z|UTC|[+-]\d{2}(:\d{2})?)?)?$/i;
const MAX_INT64 = 2n ** 63n;

function isDate(text: string): boolean {
  const [, year, month, day] = (DATE.exec(text) ?? []).map(Number);
  return (
    new Date(Date.UTC(year ?? Number.NaN, (month ?? 0) - 1, day)).getUTCMonth() + 1 === month &&
    Number(day) > 0
  );
}

const isInteger = (text: string) =>
  /^[+-]?\d{1,19}$/.test(text) && BigInt(text) < MAX_INT64 && BigInt(text) >= -MAX_INT64;

function moment(value: unknown): string | undefined {
  if (typeof value === 'number')
    return Math.abs(value) < 8e12 ? new Date(value * 1000).toISOString() : undefined;
  const [, date = '', time = '00:00'] = MOMENT.exec(String(value).trim()) ?? [];
  return isDate(date) && TIME.test(time) ? String(value).trim() : undefined;
}

function json(value: unknown): unknown {
  try {
    return typeof value === 'string' ? JSON.parse(value) : value;
  } catch {
    return undefined;
  }
}

const when = (isValid: boolean, value: unknown) => (isValid ? String(value) : undefined);

/** The value as text (for JSON, as it is), or undefined where it is none of the type. */
const SCALARS: Record<string, (value: unknown) => unknown> = {
  STRING: (value) => String(value),
  INT64: (value) => when(isInteger(String(value)), value),
  FLOAT64: (value) =>
    when(
      /\d|NaN|Inf/.test(String(value)) &&
        !/x/i.test(String(value)) &&
        (value === 'NaN' || !Number.isNaN(Number(value))),
      value,
    ),
  NUMERIC: (value) => {
    const text = typeof value === 'number' ? value.toFixed(9) : String(value);
    return when(/^[+-]?\d{1,29}(\.\d{0,9})?$/.test(text), text);
  },
  BOOL: (value) => when(/^(true|false)$/i.test(String(value)), value),
  DATE: (value) => when(isDate(String(value)), value),
  DATETIME: (value) => moment(value),
  TIMESTAMP: moment,
  BYTES: (value) =>
    when(
      /^[A-Za-z0-9+/_-]*={0,2}$/.test(String(value)),
      Buffer.from(String(value), 'base64').toString('hex').replace(/../g, '\\x$&'),
    ),
  JSON: json,
};
const SAME: Record<string, string> = { INTEGER: 'INT64', FLOAT: 'FLOAT64', BOOLEAN: 'BOOL' };

/** Adds to `problems` what is wrong; `ignoreUnknown` drops members that the schema has not. */
export function recordValue(
  fields: Field[],
  given: Record<string, unknown>,
  problems: Problem[],
  ignoreUnknown = false,
  prefix = '',
): Record<string, unknown> {
  const known = new Map(fields.map((field) => [field.name.toLowerCase(), field]));
  const values = new Map<Field, unknown>();
  for (const [name, value] of Object.entries(given)) {
    const field = known.get(name.toLowerCase());
    if (field) values.set(field, value);
    else if (!ignoreUnknown)
      problems.push({ location: prefix + name, message: `no such field: ${prefix + name}.` });
  }
  return Object.fromEntries(
    fields.map((field) => [
      field.name,
      fieldValue(field, values.get(field), problems, ignoreUnknown, prefix),
    ]),
  );
}

export function fieldValue(
  field: Field,
  value: unknown,
  problems: Problem[],
  ignoreUnknown = false,
  prefix = '',
): unknown {
  const location = prefix + field.name;
  const problem = (message: string) => void problems.push({ location, message });
  if (field.mode === 'REPEATED') {
    const { mode, ...element } = field;
    if (value === null || value === undefined) return [];
    if (!Array.isArray(value)) return problem(`Field ${location} is repeated, but the value is no array.`);
    if (value.includes(null))
      return problem(`Only optional fields can be set to NULL. Field: ${location}; Value: NULL`);
    return value.map((each) => fieldValue(element, each, problems, ignoreUnknown, prefix));
  }
  if (value === null || value === undefined)
    return field.mode === 'REQUIRED' ? problem(`Missing required field: ${location}.`) : null;
  if (Array.isArray(value) && field.type !== 'JSON')
    return problem(`Array specified for non-repeated field: ${location}.`);
  const isObject = typeof value === 'object' && !Array.isArray(value);
  if (isRecord(field))
    return isObject
      ? recordValue(
          field.fields ?? [],
          value as Record<string, unknown>,
          problems,
          ignoreUnknown,
          `${location}.`,
        )
      : problem(`This field: ${location} is not a record.`);
  if (isObject && field.type !== 'JSON')
    return problem(`This field: ${location} is a record, but the schema has ${field.type}.`);
  const checked = SCALARS[SAME[field.type] ?? field.type]?.(value);
  return checked === undefined
    ? problem(
        `Cannot convert value to ${field.type.toLowerCase()} (bad value): ${String(value).slice(0, 100)}`,
      )
    : checked;
}
