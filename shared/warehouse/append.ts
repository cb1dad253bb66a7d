import { withDeadline } from '../deadline.ts';
import { RetryLater } from '../errors.ts';
import { APPEND_PAUSES_MS } from '../time-limits.ts';
import {
  type ApiError,
  isOurFault,
  isRefusedAsAWhole,
  type Row,
  tellRefused,
  type WarehouseContext,
} from './client.ts';

/** `insertId` names the row for BigQuery's best-effort de-duplication of retries; nothing relies on it (R24). */
export interface Append {
  insertId: string;
  json: Row;
}

/** BigQuery refused rows for their content, or size: trying again as they are is useless. None of the request is stored. */
export class RowsRefused extends Error {
  override readonly name = 'RowsRefused';
  readonly reasons: string[];
  /** The request was refused, and nobody knows for which of its rows. */
  readonly isWhole: boolean;
  readonly #table: string;
  readonly #byRow: ReadonlyMap<number, string[]>;

  /** `byRow`: what is wrong with which of the rows, by its place in the request; or what is wrong with the request. */
  constructor(table: string, why: ReadonlyMap<number, string[]> | string) {
    const byRow = typeof why === 'string' ? new Map([[0, [why]]]) : why;
    const reasons = [...byRow.values()].flat();
    super(`BigQuery refused a row of ${table}: ${reasons.join('; ')}`);
    this.reasons = reasons;
    this.isWhole = typeof why === 'string';
    this.#table = table;
    this.#byRow = byRow;
  }

  /** The same of the row at that place alone; undefined where it was only not stored with the others. */
  ofRow(place: number): RowsRefused | undefined {
    const reasons = this.#byRow.get(place);
    return reasons && new RowsRefused(this.#table, new Map([[0, reasons]]));
  }
}

/**
 * R16: BigQuery learns of a new column minutes after the deployment that needs it. That is no content: nothing is left
 * out for it, and waiting helps.
 */
class ColumnUnknown extends Error {
  override readonly name = 'ColumnUnknown';
}

/**
 * BigQuery's own words: the client's `errors` leave out the location, which is the field at fault.
 * https://cloud.google.com/bigquery/docs/reference/rest/v2/tabledata/insertAll#response-body
 */
interface InsertError extends ApiError {
  response?: {
    insertErrors?: {
      index?: number;
      errors?: { reason?: string; message?: string; location?: string }[];
    }[];
  };
}

/**
 * A row as the client must send it. It copies plain objects through and through, several times, and puts the
 * project's id wherever a text says {{projectId}}, also in what people write of themselves
 * (https://github.com/googleapis/google-cloud-node, projectify): so it gets nothing to look into.
 */
class Verbatim {
  readonly #row: Row;

  constructor(row: Row) {
    this.#row = row;
  }

  toJSON(): Row {
    return this.#row;
  }
}

/** One request. Throws RowsRefused where rows are refused, one or all of them, or what the client throws. */
export async function insert(context: WarehouseContext, table: string, rows: Append[]): Promise<void> {
  const { bigquery, dataset, deadlineMs, clock } = context;
  // `partialRetries` of the client would send the rows again under new insert ids.
  const options = { raw: true, partialRetries: 0 };
  const verbatim = rows.map(({ insertId, json }) => ({ insertId, json: new Verbatim(json) }));
  try {
    await withDeadline(clock, deadlineMs, 'BigQuery', () =>
      bigquery.dataset(dataset).table(table).insert(verbatim, options),
    );
  } catch (error) {
    const read = readError(table, error as InsertError);
    if (read instanceof RowsRefused && read.isWhole)
      tellRefused(context, table, rows.length, read.reasons.join('; '));
    throw read;
  }
}

/** Appends rows, trying again with the same insert ids. Throws RowsRefused, or RetryLater when it still fails. */
export async function append(
  context: WarehouseContext,
  table: string,
  rows: Append[],
  request: (rows: Append[]) => Promise<void> = (all) => insert(context, table, all),
): Promise<void> {
  if (rows.length === 0) return;
  for (let attempt = 0; ; attempt++) {
    try {
      return await request(rows);
    } catch (error) {
      if (error instanceof RowsRefused) throw error;
      const isUnknown = error instanceof ColumnUnknown;
      const pause = isUnknown ? undefined : APPEND_PAUSES_MS[attempt];
      if (pause === undefined)
        throw new RetryLater(`appending to ${table} failed: ${(error as Error).message}`, {
          alert: isUnknown || isOurFault(error),
        });
      await context.clock.sleep(pause);
    }
  }
}

function readError(table: string, error: InsertError): Error {
  const insertErrors = error.name === 'PartialFailureError' ? (error.response?.insertErrors ?? []) : [];
  const words = insertErrors.flatMap(({ errors = [] }) => errors.flatMap(({ message }) => message ?? []));
  const unknown = words.find((word) => /no such field/i.test(word));
  if (unknown !== undefined) return new ColumnUnknown(unknown);
  if (isRefusedAsAWhole(error)) return new RowsRefused(table, error.message);
  const byRow = new Map<number, string[]>();
  for (const { index = 0, errors = [] } of insertErrors) {
    const invalid = errors.filter(({ reason }) => reason === 'invalid');
    const reasons = invalid.map(({ location, message }) => [location, message].filter(Boolean).join(': '));
    if (reasons.length > 0) byRow.set(index, reasons);
  }
  return byRow.size > 0 ? new RowsRefused(table, byRow) : error;
}
