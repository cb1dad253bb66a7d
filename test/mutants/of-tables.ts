import type { Check } from './checks.ts';
import type { Mutant } from './mutant.ts';

const SCRAPE_HISTORY = 'infra/bigquery/views/scrape_history.sql';
const tables = (named: string): Check => ({ file: 'test/shared/warehouse/tables.test.ts', named });
const views = (file: string, named: string): Check => ({ file: `test/views/${file}.test.ts`, named });

/** The views show one chain per dispatch, and nothing relies on BigQuery to refuse a duplicate. */
export const OF_TABLES: Mutant[] = [
  {
    rule: 'R24',
    name: 'lineage ignored by the view',
    edits: [
      [
        SCRAPE_HISTORY,
        'fetch_id = head_fetch_id OR fetch_id IN UNNEST(head_lineage) AS in_chain',
        'page_number <= head_page_number AS in_chain',
      ],
    ],
    check: views('chain', 'two copies of a page with different successors'),
  },
  {
    rule: 'R24',
    name: 'the page furthest on as the head of a chain that has an end',
    edits: [[SCRAPE_HISTORY, 'IF(ends_list, 0, 1), IF(ends_list, 0, -page_number),', '-page_number,']],
    check: views('chain', 'the earliest page that ended the list is the head'),
  },
  {
    rule: 'R24',
    name: 'a friend shown as often as it is listed',
    edits: [
      [
        'infra/bigquery/views/friends.sql',
        'listed.dispatch_id, listed.friend_id\n',
        'listed.dispatch_id, listed.friend_id, listed.position, listed.page_number\n',
      ],
    ],
    check: views('chain', 'a friend that is listed twice'),
  },
  {
    rule: 'R24',
    name: 'insertId per page',
    edits: [
      [
        'shared/warehouse/completed-scrapes.ts',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of one.
        'insertId: `${row.fetch_id}/${step}`',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of one.
        'insertId: `${row.dispatch_id}/${row.page_number}/${step}`',
      ],
    ],
    check: tables('two fetches of one page are two rows'),
  },
  {
    rule: 'R25',
    name: 'diff over partial scrapes',
    edits: [
      ['infra/bigquery/views/friend_changes.sql', 'WHERE in_chain AND chain_complete', 'WHERE in_chain'],
    ],
    check: views('changes', 'nothing is gone because a dispatch stopped half-way'),
  },
  {
    rule: 'R9',
    name: 'the oldest planning shown',
    edits: [
      [
        'infra/bigquery/views/dispatch_progress.sql',
        'ORDER BY republished, planned_at DESC, message_id DESC) = 1',
        'ORDER BY republished, planned_at, message_id) = 1',
      ],
    ],
    check: views('progress', 'a plan that was stored so late'),
  },
  {
    rule: 'getmetadata 2',
    name: 'role left out of the metadata key',
    edits: [
      [
        'shared/warehouse/account-metadata.ts',
        'AND dispatch_id = @dispatch_id AND role = @role',
        "AND dispatch_id = @dispatch_id AND @role != ''",
      ],
    ],
    check: tables('is asked by dispatch, role and account'),
  },
];
