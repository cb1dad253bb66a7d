/** Jobs and their rows in the form that BigQuery sends: https://cloud.google.com/bigquery/docs/reference/rest/v2/jobs */
import type {
  DuckDBBlobValue,
  DuckDBListValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBValue,
} from '@duckdb/node-api';
import { ApiError } from './errors.ts';
import type { Job } from './jobs.ts';
import type { Field } from './types.ts';

const PAGE_BYTES = 10e6;

const reference = (projectId: string, jobId: string) => ({ projectId, jobId, location: 'US' });

export function jobResource(project: string, { id, statement, fields, changedRows, failure }: Job) {
  const error = failure && { reason: failure.reason, message: failure.message };
  const known = { statementType: statement, schema: { fields }, numDmlAffectedRows: changedRows };
  return {
    kind: 'bigquery#job',
    id: `${project}:US.${id}`,
    jobReference: reference(project, id),
    configuration: { jobType: 'QUERY' },
    status: { state: 'DONE', ...(error && { errorResult: error, errors: [error] }) },
    statistics: { query: { ...known, totalBytesProcessed: '0' } },
  };
}

/** JSON text of one page of rows; `query` has pageToken, maxResults and formatOptions as the REST API takes them. */
export function pageOfResults(project: string, job: Job, query: Record<string, unknown>): string {
  const { id, statement, fields, reader, changedRows, failure } = job;
  if (failure) throw failure;
  if (statement === 'SELECT' && !reader)
    throw new ApiError('notFound', `the local warehouse does not keep the rows of job ${id} any longer`);
  const from = Number(String(query.pageToken ?? '').split('/')[1] ?? query.startIndex ?? 0);
  const micros = String(query['formatOptions.useInt64Timestamp']) === 'true';
  const total = reader?.currentRowCount ?? 0;
  const end = Math.min(total, from + Number(query.maxResults ?? Number.POSITIVE_INFINITY));
  const rows: string[] = [];
  for (let bytes = 0, row = from; row < end && bytes < PAGE_BYTES; row++) {
    const cells = fields.map((field, at) => ({ v: wire(reader?.value(at, row) ?? null, field, micros) }));
    bytes += rows[rows.push(JSON.stringify({ f: cells })) - 1]?.length ?? 0;
  }
  const next = from + rows.length;
  const answer = {
    jobReference: reference(project, id),
    jobComplete: true,
    schema: { fields },
    totalRows: String(total),
    totalBytesProcessed: '0',
    numDmlAffectedRows: changedRows,
    pageToken: next < total ? `${id}/${next}` : undefined,
  };
  return `${JSON.stringify(answer).slice(0, -1)},"rows":[${rows.join(',')}]}`;
}

function wire(value: DuckDBValue, field: Field, micros: boolean): unknown {
  if (field.mode === 'REPEATED') {
    // A NULL array reads as an empty one in a result.
    const items = (value as DuckDBListValue | null)?.items ?? [];
    if (items.includes(null)) throw new ApiError('invalidQuery', 'Array cannot have a null element');
    return items.map((item) => ({ v: wire(item, { ...field, mode: 'NULLABLE' }, micros) }));
  }
  if (value === null) return null;
  switch (field.type) {
    case 'RECORD': {
      const members = Object.values((value as DuckDBStructValue).entries);
      return {
        f: (field.fields ?? []).map((member, at) => ({ v: wire(members[at] ?? null, member, micros) })),
      };
    }
    case 'TIMESTAMP': {
      const { micros: since1970 } = value as DuckDBTimestampTZValue;
      return String(micros ? since1970 : Number(since1970) / 1e6);
    }
    case 'DATETIME':
      return String(value).replace(' ', 'T');
    case 'BYTES':
      return Buffer.from((value as DuckDBBlobValue).bytes).toString('base64');
    case 'NUMERIC':
      return String(value)
        .replace(/(\.\d*?)0+$/, '$1')
        .replace(/\.$/, '');
    default:
      return String(value);
  }
}
