import { answeredInTime, quotedDataset } from '../../../shared/warehouse/query.ts';
import { LONGEST_MS, named, OURS_MS, type Params } from './query.ts';
import type { PlainRow } from './rows.ts';
import type { Target } from './target.ts';

/** So many rows at a time: of friends some 300 kB. With 2,000 the process had 330 MiB where others kept the cores busy. */
const PAGE_ROWS = 500;

/**
 * The client hands out what BigQuery sent, as it sent it: to make objects of each value takes it longer than all the
 * rest together, 30 s of a million rows.
 * https://cloud.google.com/bigquery/docs/reference/rest/v2/jobs/getQueryResults
 */
const PAGE = { autoPaginate: false, maxResults: PAGE_ROWS, skipParsing: true };

interface Field {
  name: string;
  type: string;
  mode?: string;
}
type Cell = { v: string | null | Cell[] };
interface Answer {
  schema?: { fields?: Field[] };
}

/**
 * Asks one of our queries whose rows are too many to be kept. Once it is answered they come a page at a time, as they
 * are asked for. Both throw RetryLater.
 */
export async function pagesOf(
  target: Target,
  sql: (dataset: string) => string,
  params: Params = {},
): Promise<AsyncIterable<PlainRow[]>> {
  const query = { query: sql(quotedDataset(target.config.BIGQUERY_DATASET)), ...named(params) };
  const { clock } = target;
  const [job, first] = await answeredInTime({ clock, deadlineMs: LONGEST_MS }, async () => {
    const [begun] = await target.bigquery.createQueryJob(query);
    let page = await begun.getQueryResults(PAGE);
    // Until it is done there are no rows, and more without a token.
    while (page[1] && page[1].pageToken === undefined) page = await begun.getQueryResults(PAGE);
    return [begun, page] as const;
  });
  return (async function* () {
    let [rows, next, answer] = first;
    while (true) {
      yield rowsIn(rows, (answer as Answer | undefined)?.schema?.fields ?? []);
      const following = next;
      if (!following) return;
      [rows, next, answer] = await answeredInTime({ clock, deadlineMs: OURS_MS }, () =>
        job.getQueryResults(following),
      );
    }
  })();
}

const rowsIn = (rows: { f: Cell[] }[], fields: Field[]): PlainRow[] =>
  rows.map(({ f }) => {
    const row: PlainRow = {};
    for (const [at, field] of fields.entries()) row[field.name] = plainValue(f[at]?.v ?? null, field);
    return row;
  });

function plainValue(value: Cell['v'], field: Field): unknown {
  if (value === null) return null;
  if (Array.isArray(value)) return value.map(({ v }) => plainValue(v, { ...field, mode: 'NULLABLE' }));
  switch (field.type) {
    case 'STRING':
      return value;
    case 'INTEGER':
      return Number(value);
    case 'BOOLEAN':
      return value === 'true';
    case 'TIMESTAMP':
      // Microseconds since 1970, as the client asks for them.
      return new Date(Number(value) / 1000).toISOString();
    default:
      throw new Error(`no row that is read by pages has a ${field.type} yet: ${field.name}`);
  }
}
