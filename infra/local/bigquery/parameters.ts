import { ApiError, refuse } from './errors.ts';
import { duckdbType, type Field, isRecord, jsonStructure, literal } from './types.ts';
import { fieldValue, type Problem } from './values.ts';

interface ParameterType {
  type: string;
  arrayType?: ParameterType;
  structTypes?: { name: string; type: ParameterType }[];
}
interface ParameterValue {
  value?: unknown;
  arrayValues?: ParameterValue[];
  structValues?: Record<string, ParameterValue>;
}

/** https://cloud.google.com/bigquery/docs/reference/rest/v2/QueryParameter */
export interface QueryParameter {
  name?: string;
  parameterType: ParameterType;
  parameterValue: ParameterValue;
}

export interface Parameter {
  /** How it reads in DuckDB's SQL, where it is always bound as a text, $p_NAME. */
  sql: string;
  text: string | null;
  /** An array of at most FEW values. */
  isShort: boolean;
}

/** In an array: to look through them for each row takes no longer than to look them up. */
export const FEW = 200;

/** By name, lower-cased. Throws ApiError for a value that is none of its type. */
export function readParameters(given: QueryParameter[]): Map<string, Parameter> {
  const problems: Problem[] = [];
  const parameters = given.map(({ name = '', parameterType, parameterValue }): [string, Parameter] => {
    if (!/^\w+$/.test(name)) refuse('positional parameters');
    const field = fieldOf(name.toLowerCase(), parameterType);
    const value = fieldValue(field, plain(parameterValue), { prefix: '', problems, ignoreUnknown: false });
    const isText = value === null || (typeof value === 'string' && field.type !== 'JSON');
    return [
      field.name,
      {
        sql: sqlOf(field),
        text: isText ? (value as string | null) : JSON.stringify(value),
        isShort: Array.isArray(value) && value.length <= FEW,
      },
    ];
  });
  const [problem] = problems;
  if (problem)
    throw new ApiError('invalid', `Invalid query parameter ${problem.location}: ${problem.message}`);
  return new Map(parameters);
}

function sqlOf(field: Field): string {
  const nested = isRecord(field) || field.mode === 'REPEATED';
  const text = `$p_${field.name}`;
  const value = nested
    ? `from_json(${text}::VARCHAR, ${literal(JSON.stringify(jsonStructure(field)))})`
    : text;
  return `CAST(${value} AS ${duckdbType(field)})`;
}

function fieldOf(name: string, { type, arrayType, structTypes = [] }: ParameterType): Field {
  if (arrayType) return { ...fieldOf(name, arrayType), mode: 'REPEATED' };
  return { name, type, fields: structTypes.map((each) => fieldOf(each.name, each.type)) };
}

function plain({ value, arrayValues, structValues }: ParameterValue): unknown {
  if (arrayValues) return arrayValues.map(plain);
  if (!structValues) return value ?? null;
  return Object.fromEntries(Object.entries(structValues).map(([name, each]) => [name, plain(each)]));
}
