import type { Row } from '../../../shared/warehouse/client.ts';
import type { OrderColumns, PageRow } from '../../../shared/warehouse/completed-scrapes.ts';
import { compare, endsCheck, endsList } from '../../model/chain.ts';

export interface EndedReadRow extends PageRow {
  is_scraped: boolean;
  returned: number;
}

/** `endedReadsSql`, of the rows that it sees: from each parent's last full read on, newest first. */
export function endedReadsOf(rows: readonly PageRow[]): EndedReadRow[] {
  const reads = [...Map.groupBy(rows, dispatchOf).values()].flatMap((pages) => endedRead(pages) ?? []);
  const fullReads = Map.groupBy(reads.filter(isFullRead), ({ parent_id }) => parent_id);
  const isSince = ({ parent_id, dispatched_at }: EndedReadRow) => {
    const times = (fullReads.get(parent_id) ?? []).map((read) => read.dispatched_at).sort();
    return times.length > 0 && dispatched_at >= (times.at(-1) ?? '');
  };
  return reads
    .filter(isSince)
    .sort(
      (a, b) =>
        compare(b.dispatched_at, a.dispatched_at) ||
        compare(b.completed_at, a.completed_at) ||
        compare(a.dispatch_id, b.dispatch_id),
    );
}

/** `orderSql`, of the rows that it sees. */
export function ordersOf(rows: readonly PageRow[]): Row[] {
  const reads = [...Map.groupBy(rows.filter(hasOrder), readOf).values()].map(earliest);
  const groups = Map.groupBy(
    reads,
    (read) => `${read.parent_id}/${read.list_order.displaced > 0 ? read.dispatch_id : ''}`,
  );
  return [...groups.values()].map((group) => {
    const all = (column: keyof OrderColumns) => group.map(({ list_order }) => list_order[column]);
    return {
      parent_id: group[0]?.parent_id,
      compared: Math.max(...all('compared')),
      displaced: Math.max(...all('displaced')),
      new_on_top: sum(all('new_on_top')),
      new_below: sum(all('new_below')),
    };
  });
}

type Ordered = PageRow & { list_order: OrderColumns };
const hasOrder = (row: PageRow): row is Ordered => row.list_order !== null;
const readOf = ({ parent_id, dispatch_id }: PageRow) => `${parent_id}/${dispatch_id}`;
const dispatchOf = (row: PageRow) => `${readOf(row)}/${row.dispatched_at}`;
const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);

const byTime = (a: PageRow, b: PageRow) =>
  compare(a.completed_at, b.completed_at) || compare(a.fetch_id, b.fetch_id);
const earliest = <R extends PageRow>(rows: R[]): R => rows.toSorted(byTime)[0] as R;

/** `rows`: of one dispatch. Undefined: it has not ended, or a page that leads to its end is not to be seen. */
function endedRead(rows: PageRow[]): EndedReadRow | undefined {
  const pages = new Map(rows.toSorted((a, b) => byTime(b, a)).map((row) => [row.fetch_id, row]));
  const ends = [...pages.values()].sort(byTime).filter((row) => endsList(row) || endsCheck(row));
  const refused = [...pages.values()].sort(byTime).filter(isTokenRefused);
  const head = ends[0] ?? refused[0];
  if (!head) return undefined;
  const way = head.lineage.flatMap((fetchId) => pages.get(fetchId) ?? []);
  if (way.length !== head.page_number - 1) return undefined;
  const returned = sum([...way, head].map(({ charged }) => charged));
  return { ...head, is_scraped: head.outcome === 'scraped', returned };
}

const isTokenRefused = ({ mode, reason }: PageRow) => mode === 'check' && reason === 'page_token_rejected';

const isFullRead = (read: EndedReadRow) => endsList(read) && read.mode_reason !== 'count_collapsed';
