import { withDeadline } from '../deadline.ts';
import { RetryLater } from '../errors.ts';
import { APPEND_PAUSES_MS } from '../time-limits.ts';
import { isOurFault, type Row, type WarehouseContext } from './client.ts';

/** `insertId` names the row for BigQuery's best-effort de-duplication of retries; nothing relies on it (R24). */
export interface Append {
  insertId: string;
  json: Row;
}

/** BigQuery refused rows for their content: trying again as they are is useless. None of the request is stored. */
export class RowsRefused extends Error {
  override readonly name = 'RowsRefused';
  readonly reasons: string[];
  readonly #table: string;
  readonly #byRow: ReadonlyMap<number, string[]>;

  /** `byRow`: what is wrong with which of the rows, by its place in the request. */
  constructor(table: string, byRow: ReadonlyMap<number, string[]>) {
    const reasons = [...byRow.values()].flat();
    super(`BigQuery refused a row of ${table}: ${reasons.join('; ')}`);
    this.reasons = reasons;
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
 * BigQuery's own words: the client's `errors` leave out the location, which is the field at fault.
 * https://cloud.google.com/bigquery/docs/reference/rest/v2/tabledata/insertAll#response-body
 */
interface InsertError extends Error {
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

/** One request. Throws RowsRefused where one of the rows is refused, or what the client throws. */
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
    const byRow = refusals(error as InsertError);
    throw byRow.size > 0 ? new RowsRefused(table, byRow) : error;
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
      const pause = APPEND_PAUSES_MS[attempt];
      if (pause === undefined)
        throw new RetryLater(`appending to ${table} failed: ${(error as Error).message}`, {
          alert: isOurFault(error),
        });
      await context.clock.sleep(pause);
    }
  }
}

function refusals(error: InsertError): Map<number, string[]> {
  const byRow = new Map<number, string[]>();
  if (error.name !== 'PartialFailureError') return byRow;
  for (const { index = 0, errors = [] } of error.response?.insertErrors ?? []) {
    const invalid = errors.filter(({ reason }) => reason === 'invalid');
    const reasons = invalid.map(({ location, message }) => [location, message].filter(Boolean).join(': '));
    if (reasons.length > 0) byRow.set(index, reasons);
  }
  return byRow;
}
