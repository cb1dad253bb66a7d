import type { Mutant } from './mutant.ts';
import { CURRENT_FRIENDS, DISPATCH_PROGRESS, FRIEND_CHANGES, SCRAPE_HISTORY, views } from './views.ts';

/** The views claim of a check what it has seen and proven, and nothing else; numbers are those of its invariants. */
export const OF_VIEWS_OF_CHECKS: Mutant[] = [
  {
    rule: 'R26',
    name: 'views, check 1: a check that has ended is complete',
    edits: [
      [
        SCRAPE_HISTORY,
        'is_shown AND is_unbroken AND head_ends_list AS chain_complete',
        'is_shown AND is_unbroken AND head_ends_read AS chain_complete',
      ],
    ],
    check: views('check-states', 'is checked, where'),
  },
  {
    rule: 'R25',
    name: 'views, check 2: what a check has not read it misses',
    edits: [
      [
        FRIEND_CHANGES,
        'LOGICAL_OR(chain_complete) AND SUM(unreadable_friend_count) = 0 AS is_list',
        'LOGICAL_OR(chain_ended) AS is_list',
      ],
    ],
    check: views('check-changes', 'below its frontier'),
  },
  {
    rule: 'R25',
    name: 'views, check 2: a hole in the chain of a check',
    edits: [
      [
        SCRAPE_HISTORY,
        'is_shown AND is_unbroken AND head_ends_read AS chain_ended',
        'is_shown AND head_ends_read AS chain_ended',
      ],
    ],
    check: views('check-changes', 'a hole in its chain'),
  },
  {
    rule: 'R25',
    name: 'views, check 2: an unaligned check says who is gone',
    edits: [[FRIEND_CHANGES, 'WHERE page.check.frontier_id IS NOT NULL', 'WHERE TRUE']],
    check: views('check-changes', 'an unaligned check'),
  },
  {
    rule: 'R25',
    name: 'views, check 2: an unaligned check leaves friends out',
    edits: [
      [
        CURRENT_FRIENDS,
        'WHERE NOT counted.is_list AND page.check.frontier_id IS NOT NULL',
        'WHERE NOT counted.is_list',
      ],
    ],
    check: views('carried-friends', 'an unaligned check'),
  },
  {
    rule: 'R25',
    name: 'views, check 3: whoever is withheld is gone',
    edits: [
      [
        FRIEND_CHANGES,
        'UNNEST(page.check.missing) AS friend_id',
        'UNNEST(ARRAY_CONCAT(page.check.missing, page.check.withheld)) AS friend_id',
      ],
    ],
    check: views('check-changes', 'one withheld is not gone'),
  },
  {
    rule: 'R25',
    name: 'views, check 3: whoever is withheld is not there',
    edits: [
      [
        CURRENT_FRIENDS,
        'UNNEST(page.check.missing) AS friend_id',
        'UNNEST(ARRAY_CONCAT(page.check.missing, page.check.withheld)) AS friend_id',
      ],
    ],
    check: views('carried-friends', 'keeps who is withheld'),
  },
  {
    rule: 'R26',
    name: 'views, check 5: fewer and more net out',
    edits: [
      [
        DISPATCH_PROGRESS,
        "IF(pages.fewer = 0 AND pages.more = 0, 'checked', 'open')",
        "IF(pages.fewer = pages.more, 'checked', 'open')",
      ],
    ],
    check: views('check-states', 'they never net out'),
  },
  {
    rule: 'R25',
    name: 'views, check 9: a forgotten account shown as the frontier',
    edits: [
      [
        SCRAPE_HISTORY,
        "IF(frontier_id = '' OR frontier_id IN (SELECT id FROM forgotten), NULL, frontier_id) AS frontier_id",
        "IF(frontier_id = '', NULL, frontier_id) AS frontier_id",
      ],
    ],
    check: views('check-states', 'no view shows a forgotten account'),
  },
  {
    rule: 'R25',
    name: 'views, check 10: a check beside a list leaves friends out',
    edits: [[CURRENT_FRIENDS, 'number > list_number AND stands_alone', 'number > list_number']],
    check: views('carried-friends', 'beside the list'),
  },
  {
    rule: 'R25',
    name: 'views, check 10: checks that overlap each add changes',
    edits: [
      [
        FRIEND_CHANGES,
        '      > LAG(last_completed_at) OVER (PARTITION BY parent_id ORDER BY last_completed_at, dispatch_id),\n    TRUE)',
        '      > LAG(last_completed_at) OVER (PARTITION BY parent_id ORDER BY last_completed_at, dispatch_id),\n    TRUE) OR TRUE',
      ],
    ],
    check: views('check-changes', 'overlap in time'),
  },
  {
    rule: 'R25',
    name: 'views, check 12: a check that X closed midway has ended',
    edits: [
      [
        SCRAPE_HISTORY,
        "outcome = 'scraped' AND (next_token IS NULL OR",
        "(outcome = 'unavailable' OR next_token IS NULL OR",
      ],
    ],
    check: views('check-states', 'partial, where X closed'),
  },
  {
    rule: 'R25',
    name: 'views, check 13: what is carried is as young as the newest check',
    edits: [[CURRENT_FRIENDS, 'MAX(IF(is_list, last_completed_at, NULL))', 'MAX(last_completed_at)']],
    check: views('carried-friends', 'how old the list is'),
  },
  {
    rule: 'R25',
    name: 'whom a check has not read is not there',
    edits: [
      [CURRENT_FRIENDS, 'WHERE number = list_number OR number > list_number', 'WHERE number > list_number'],
    ],
    check: views('carried-friends', 'carries whom'),
  },
  {
    rule: 'R25',
    name: 'gone for ever, though a check sees it again',
    edits: [[CURRENT_FRIENDS, 'gone.number < counted.number', 'FALSE']],
    check: views('carried-friends', 'a later check sees'),
  },
  {
    rule: 'R25',
    name: 'a page of a check that is stored twice misses a friend twice',
    edits: [[FRIEND_CHANGES, 'UNION DISTINCT', 'UNION ALL']],
    check: views('check-changes', 'stored twice counts once'),
  },
  {
    rule: 'R25',
    name: 'X was not asked before a check called somebody gone',
    edits: [[FRIEND_CHANGES, 'OR NOT shown.is_list AND', 'OR FALSE AND']],
    check: views('check-changes', 'though X was asked before'),
  },
  {
    rule: 'R24',
    name: 'the page furthest on, where a check has ended before it',
    edits: [
      [
        SCRAPE_HISTORY,
        'IF(ends_read, 0, 1), IF(ends_read, 0, -page_number),',
        'IF(ends_list, 0, 1), IF(ends_list, 0, -page_number),',
      ],
    ],
    check: views('check-states', 'of the page that ended it'),
  },
  {
    rule: 'R26',
    name: 'one odd friend breaks an order',
    edits: [['infra/bigquery/views/order_health.sql', 'displaced >= 3 AND 1', 'displaced >= 1 AND 1']],
    check: views('order-health', 'however few'),
  },
  {
    rule: 'R26',
    name: 'friends that return break an order',
    edits: [['infra/bigquery/views/order_health.sql', '3 + 0.015 * longest', '0']],
    check: views('order-health', 'may have returned'),
  },
];
