import { ApiError } from './errors.ts';
import { duckdbType, type Field, quoted } from './types.ts';

/** BigQuery has no NULL arrays in a table: what is not given is an empty one. */
const MODES: Record<string, string> = { REPEATED: 'NOT NULL DEFAULT []', REQUIRED: 'NOT NULL' };

export const columnDefinition = (field: Field) =>
  `${quoted(field.name)} ${duckdbType(field)} ${MODES[field.mode ?? ''] ?? ''}`;

/**
 * The columns, also those inside of records, that `after` has and `before` has not, as DuckDB's ADD COLUMN wants
 * them. All else must be as it was. https://cloud.google.com/bigquery/docs/managing-table-schemas
 */
export function addedFields(before: Field[], after: Field[], prefix = ''): string[] {
  const missing = before.find(({ name }) => !after.some((field) => field.name === name));
  if (missing) throw mismatch(`Field ${missing.name} is missing in new schema`);
  return after.flatMap((field) => {
    const path = prefix + quoted(field.name);
    const old = before.find(({ name }) => name === field.name);
    const isRepeated = field.mode === 'REPEATED';
    if (old) {
      const shape = (each: Field) => duckdbType({ ...each, fields: [] });
      if (shape(old) !== shape(field)) throw mismatch(`Field ${field.name} has changed type or mode`);
      return addedFields(old.fields ?? [], field.fields ?? [], `${path}.${isRepeated ? 'element.' : ''}`);
    }
    if (field.mode === 'REQUIRED') throw mismatch(`Cannot add required field ${field.name}`);
    return `${path} ${duckdbType(field)}${isRepeated && !prefix ? ' DEFAULT []' : ''}`;
  });
}

const mismatch = (what: string) => new ApiError('invalid', `Provided Schema does not match: ${what}`);
