/**
 * The types of BigQuery and what DuckDB calls them.
 * Not imitated: BIGNUMERIC, GEOGRAPHY, INTERVAL, RANGE and TIME columns; lengths and precisions (STRING(10)).
 * https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#TableFieldSchema
 */
import { type DuckDBListType, type DuckDBStructType, type DuckDBType, DuckDBTypeId } from '@duckdb/node-api';
import { refuse } from './errors.ts';

/** A column of a table or of a result, or a parameter, as the REST API writes it. */
export interface Field {
  name: string;
  type: string;
  mode?: 'NULLABLE' | 'REQUIRED' | 'REPEATED';
  description?: string;
  fields?: Field[];
}

/** The REST API names some types twice: the first name is the one in GoogleSQL. */
const SCALARS: Record<string, string> = {
  STRING: 'VARCHAR',
  INT64: 'BIGINT',
  INTEGER: 'BIGINT',
  FLOAT64: 'DOUBLE',
  FLOAT: 'DOUBLE',
  NUMERIC: 'DECIMAL(38,9)',
  BOOL: 'BOOLEAN',
  BOOLEAN: 'BOOLEAN',
  DATE: 'DATE',
  DATETIME: 'TIMESTAMP',
  TIMESTAMP: 'TIMESTAMPTZ',
  JSON: 'JSON',
  BYTES: 'BLOB',
};

export const quoted = (identifier: string) => `"${identifier.replaceAll('"', '""')}"`;
export const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

export function scalarType(type: string): string {
  return SCALARS[type] ?? refuse(`the type ${type}`);
}

export const isRecord = (field: Field) => field.type === 'RECORD' || field.type === 'STRUCT';

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

const RESULTS: Partial<Record<DuckDBTypeId, string>> = {
  [DuckDBTypeId.SQLNULL]: 'INTEGER',
  [DuckDBTypeId.TINYINT]: 'INTEGER',
  [DuckDBTypeId.SMALLINT]: 'INTEGER',
  [DuckDBTypeId.INTEGER]: 'INTEGER',
  [DuckDBTypeId.BIGINT]: 'INTEGER',
  [DuckDBTypeId.HUGEINT]: 'INTEGER',
  [DuckDBTypeId.FLOAT]: 'FLOAT',
  [DuckDBTypeId.DOUBLE]: 'FLOAT',
  [DuckDBTypeId.DECIMAL]: 'NUMERIC',
  [DuckDBTypeId.BOOLEAN]: 'BOOLEAN',
  [DuckDBTypeId.VARCHAR]: 'STRING',
  [DuckDBTypeId.BLOB]: 'BYTES',
  [DuckDBTypeId.DATE]: 'DATE',
  [DuckDBTypeId.TIMESTAMP]: 'DATETIME',
  [DuckDBTypeId.TIMESTAMP_TZ]: 'TIMESTAMP',
};

/** The column of a result. Throws ApiError for a type that BigQuery has no columns of, or that we do not imitate. */
export function resultField(name: string, type: DuckDBType): Field {
  if (type.typeId === DuckDBTypeId.LIST) {
    const element = resultField(name, (type as DuckDBListType).valueType);
    return element.mode === 'REPEATED' ? refuse('an array of arrays') : { ...element, mode: 'REPEATED' };
  }
  if (type.typeId === DuckDBTypeId.STRUCT) {
    const { entryNames, entryTypes } = type as DuckDBStructType;
    const fields = entryTypes.map((entry, index) => resultField(entryNames[index] ?? '', entry));
    return { name, type: 'RECORD', mode: 'NULLABLE', fields };
  }
  const known = type.alias === 'JSON' ? 'JSON' : RESULTS[type.typeId];
  return { name, type: known ?? refuse(`a result of type ${type}`), mode: 'NULLABLE' };
}
