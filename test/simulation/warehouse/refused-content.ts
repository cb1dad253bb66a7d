import type { Row } from '../../../shared/warehouse/client.ts';
import type { Surroundings } from '../surroundings.ts';

/** Why BigQuery takes a row not as it is; the same row is refused in the same way each time. */
export interface Refusal {
  /** In words for this row, or the request that it is in as a whole: 400, 413. */
  how: 'row' | 'request';
  code: 400 | 413;
  message: string;
  location?: string;
}

export type Table = 'completed_scrapes' | 'account_metadata' | 'rejected_messages' | 'dispatches';

interface Content {
  how: Refusal['how'];
  code: Refusal['code'];
  /** What has to be left out: the first so many parts of a row; all of them: it is never stored. */
  parts: number;
}

/** The parts of a row that it can do without, in the order in which they are left out. */
const PARTS: Record<Table, ((row: Row) => boolean)[]> = {
  completed_scrapes: [
    (row) => friendsOf(row).some(({ description }) => description !== undefined),
    (row) => friendsOf(row).some(({ name }) => name !== undefined),
    (row) => friendsOf(row).some(({ username }) => username !== undefined),
    (row) => friendsOf(row).length > 0,
    (row) => row.grandparent_username !== null || row.grandparent_id !== null,
  ],
  account_metadata: [(row) => row.name !== undefined],
  dispatches: [(row) => row.parent_metadata !== null],
  rejected_messages: [],
};
const NAMED: Record<Table, (row: Row) => string> = {
  completed_scrapes: (row) => `${row.dispatch_id}/${row.page_number}`,
  account_metadata: (row) => `${row.dispatch_id}/${row.role}/${row.requested_id ?? row.requested_username}`,
  dispatches: (row) => `${row.dispatch_id}`,
  rejected_messages: () => '',
};

const friendsOf = (row: Row) => row.friends as Record<string, unknown>[];

/** What BigQuery has against a row as it is; null: nothing. */
export function refusalOf(sim: Surroundings, table: Table, row: Row): Refusal | null {
  const content = contentOf(sim, table, NAMED[table](row));
  if (!content) return null;
  const { how, code, parts } = content;
  const isInTheWay = PARTS[table].slice(0, parts).some((has) => has(row));
  if (!isInTheWay && parts <= PARTS[table].length) return null;
  return { how, code, message: 'simulated: no such value', location: 'content' };
}

/** Whether the row, or a part of it, may not be stored. */
export function isObjectedTo(sim: Surroundings, table: Table, row: Row): boolean {
  return contentOf(sim, table, NAMED[table](row)) !== null;
}

function contentOf({ facts, random, faults }: Surroundings, table: Table, name: string): Content | null {
  if (table === 'rejected_messages') return null;
  const most = PARTS[table].length;
  const content = (parts: number): Content => ({
    how: faults.strikes('request refused') ? 'request' : 'row',
    code: random.pick([400, 413] as const),
    parts,
  });
  const isPage = table === 'completed_scrapes';
  // Of a page some row can always be stored, be it one without friends.
  return (
    facts.of(`${table}/${name}`, 'row reduced', () => content(random.between(1, isPage ? most - 2 : most))) ??
    facts.of(`${table}/${name}`, 'row refused', () => content(isPage ? most : most + 1), isPage ? 0.3 : 1)
  );
}
