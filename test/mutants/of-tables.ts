import type { Check } from './checks.ts';
import type { Mutant } from './mutant.ts';

const tables = (named: string): Check => ({ file: 'test/shared/warehouse/tables.test.ts', named });
const views = (file: string, named: string): Check => ({ file: `test/views/${file}.test.ts`, named });

/** ◆ The views show one chain per dispatch, and nothing relies on BigQuery to refuse a duplicate. */
export const OF_TABLES: Mutant[] = [
  {
    name: 'lineage ignored by the view',
    edits: [
      {
        file: 'infra/bigquery/views/scrape_history.sql',
        find: 'fetch_id = head_fetch_id OR fetch_id IN UNNEST(head_lineage) AS in_chain',
        replace: 'page_number <= head_page_number AS in_chain',
      },
    ],
    check: views('chain', 'two copies of a page with different successors'),
  },
  {
    name: 'diff over partial scrapes',
    edits: [
      {
        file: 'infra/bigquery/views/friend_changes.sql',
        find: 'WHERE in_chain AND chain_complete',
        replace: 'WHERE in_chain',
      },
    ],
    check: views('changes', 'nothing is gone because a dispatch stopped half-way'),
  },
  {
    name: 'the oldest planning shown',
    edits: [
      {
        file: 'infra/bigquery/views/dispatch_progress.sql',
        find: 'ORDER BY republished, planned_at DESC, message_id DESC) = 1',
        replace: 'ORDER BY republished, planned_at, message_id) = 1',
      },
    ],
    check: views('progress', 'a plan that was stored so late'),
  },
  {
    name: 'the page furthest on as the head of a chain that has an end',
    edits: [
      {
        file: 'infra/bigquery/views/scrape_history.sql',
        find: 'IF(ends_list, 0, 1), IF(ends_list, 0, -page_number),',
        replace: '-page_number,',
      },
    ],
    check: views('chain', 'the earliest page that ended the list is the head'),
  },
  {
    name: 'a friend shown as often as it is listed',
    edits: [
      {
        file: 'infra/bigquery/views/friends.sql',
        find: 'listed.dispatch_id, listed.friend_id\n',
        replace: 'listed.dispatch_id, listed.friend_id, listed.position, listed.page_number\n',
      },
    ],
    check: views('chain', 'a friend that is listed twice'),
  },
  {
    name: 'insertId per page',
    edits: [
      {
        file: 'shared/warehouse/completed-scrapes.ts',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of one.
        find: 'insertId: `${row.fetch_id}/${step}`',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of one.
        replace: 'insertId: `${row.dispatch_id}/${row.page_number}/${step}`',
      },
    ],
    check: tables('two fetches of one page are two rows'),
  },
  {
    name: 'role left out of the metadata key',
    edits: [
      {
        file: 'shared/warehouse/account-metadata.ts',
        find: 'AND dispatch_id = @dispatch_id AND role = @role',
        replace: "AND dispatch_id = @dispatch_id AND @role != ''",
      },
    ],
    check: tables('is asked by dispatch, role and account'),
  },
];
