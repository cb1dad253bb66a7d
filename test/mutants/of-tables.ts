import type { Check } from './checks.ts';
import type { Mutant } from './mutant.ts';

const tables = (named: string): Check => ({ file: 'test/shared/warehouse/tables.test.ts', named });

/** Nothing relies on BigQuery to refuse a duplicate, and a row is found by all of its key. */
export const OF_TABLES: Mutant[] = [
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
