/**
 * The types of BigQuery and what DuckDB calls them. Not imitated: BIGNUMERIC, GEOGRAPHY, INTERVAL, RANGE and TIME
 * columns; lengths and precisions. https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#TableFieldSchema
 */
import type { DuckDBListType, DuckDBStructType, DuckDBType } from '@duckdb/node-api';
import { refuse } from './errors.ts';

/** A column of a table or of a result, or a parameter, as the REST API writes it. */
export interface Field {
  name: string;
  type: string;
  mode?: 'NULLABLE' | 'REQUIRED' | 'REPEATED';
  description?: string;
  fields?: Field[];
}

const SCALARS: Record<string, string> = {
  STRING: 'VARCHAR',
  INT64: 'BIGINT',
  FLOAT64: 'DOUBLE',
  NUMERIC: 'DECIMAL(38,9)',
  BOOL: 'BOOLEAN',
  DATE: 'DATE',
  DATETIME: 'TIMESTAMP',
  TIMESTAMP: 'TIMESTAMPTZ',
  JSON: 'JSON',
  BYTES: 'BLOB',
};
/** The REST API's other names. */
const SAME: Record<string, string> = { INTEGER: 'INT64', FLOAT: 'FLOAT64', BOOLEAN: 'BOOL' };

/** What DuckDB calls a result's type, and what the REST API calls it. */
const RESULTS = new Map(
  Object.entries(SCALARS).map(([name, duckdb]) => [
    duckdb.replace(/\(.*/, '').replace('TZ', ' WITH TIME ZONE'),
    Object.keys(SAME).find((other) => SAME[other] === name) ?? name,
  ]),
);

export const quoted = (identifier: string) => `"${identifier.replaceAll('"', '""')}"`;
export const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
export const standardName = (type: string) => SAME[type] ?? type;
export const scalarType = (type: string) => SCALARS[standardName(type)] ?? refuse(`the type ${type}`);
export const isRecord = ({ type }: Field) => type === 'RECORD' || type === 'STRUCT';

/** The DuckDB type of a field's values. */
export function duckdbType(field: Field): string {
  const members = () => (field.fields ?? []).map((member) => `${quoted(member.name)} ${duckdbType(member)}`);
  const element = isRecord(field) ? `STRUCT(${members().join(', ')})` : scalarType(field.type);
  return field.mode === 'REPEATED' ? `${element}[]` : element;
}

/** The same for DuckDB's from_json. Bytes travel as text with \x escapes, which only a cast decodes. */
export function jsonStructure(field: Field): unknown {
  const members = () => Object.fromEntries((field.fields ?? []).map((m) => [m.name, jsonStructure(m)]));
  const element = isRecord(field) ? members() : field.type === 'BYTES' ? 'VARCHAR' : scalarType(field.type);
  return field.mode === 'REPEATED' ? [element] : element;
}

/** What the REST API calls a scalar type of DuckDB's. */
export function typeNamed(duckdb: string): string | undefined {
  const text = duckdb.replace(/\(.*/, '');
  return /INT(EGER)?$/.test(text) ? 'INTEGER' : RESULTS.get(text);
}

/** The column of a result. Refuses a type that BigQuery has no columns of, or that we do not imitate. */
export function resultField(name: string, type: DuckDBType): Field {
  const { valueType } = type as DuckDBListType;
  if (valueType) {
    const element = resultField(name, valueType);
    return element.mode === 'REPEATED' ? refuse('an array of arrays') : { ...element, mode: 'REPEATED' };
  }
  const { entryNames, entryTypes } = type as DuckDBStructType;
  const fields = entryTypes?.map((entry, at) => resultField(entryNames[at] ?? '', entry));
  if (fields) return { name, type: 'RECORD', mode: 'NULLABLE', fields };
  const text = type.alias ?? String(type);
  return { name, type: typeNamed(text) ?? refuse(`a result of type ${text}`), mode: 'NULLABLE' };
}
