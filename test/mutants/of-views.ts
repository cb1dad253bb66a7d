import type { Mutant } from './mutant.ts';
import { DISPATCH_PROGRESS, FRIEND_CHANGES, FRIENDS, SCRAPE_HISTORY, views } from './views.ts';

/** The views show one chain per dispatch, claim no change that was not seen, and count money once. */
export const OF_VIEWS: Mutant[] = [
  {
    rule: 'R24',
    name: 'lineage ignored by the view',
    edits: [
      [
        SCRAPE_HISTORY,
        'fetch_id = head_fetch_id OR fetch_id IN UNNEST(head_lineage) AS on_the_way',
        'page_number <= head_page_number AS on_the_way',
      ],
    ],
    check: views('chain', 'two copies of a page with different successors'),
  },
  {
    rule: 'R24',
    name: 'the page furthest on as the head of a chain that has an end',
    edits: [[SCRAPE_HISTORY, 'IF(ends_read, 0, 1), IF(ends_read, 0, -page_number),', '-page_number,']],
    check: views('chain', 'the earliest page that ended the list is the head'),
  },
  {
    rule: 'R24',
    name: 'a friend shown as often as it is listed',
    edits: [
      [
        FRIENDS,
        'listed.dispatch_id, listed.friend_id\n',
        'listed.dispatch_id, listed.friend_id, listed.position, listed.page_number\n',
      ],
    ],
    check: views('chain', 'a friend that is listed twice'),
  },
  {
    rule: 'R24',
    name: 'a parent named as it was typed',
    edits: [[SCRAPE_HISTORY, 'IFNULL(of_parent.spelling, LOWER(parent_username)) AS', 'parent_username AS']],
    check: views('parent-names', 'has one name in each view'),
  },
  {
    rule: 'R25',
    name: 'diff over partial scrapes',
    edits: [
      [FRIEND_CHANGES, 'WHERE in_chain AND chain_ended', 'WHERE in_chain'],
      [
        FRIEND_CHANGES,
        'LOGICAL_OR(chain_complete) AND SUM(unreadable_friend_count) = 0 AS is_list',
        'TRUE AS is_list',
      ],
    ],
    check: views('changes', 'nothing is gone because a dispatch stopped half-way'),
  },
  {
    rule: 'R9',
    name: 'the oldest planning shown',
    edits: [
      [
        DISPATCH_PROGRESS,
        'ORDER BY is_later, planned_at DESC, message_id DESC) = 1',
        'ORDER BY is_later, planned_at, message_id) = 1',
      ],
    ],
    check: views('progress', 'a plan that was stored so late'),
  },
  {
    rule: 'R24',
    name: 'both plans of a dispatch shown',
    edits: [[SCRAPE_HISTORY, 'superseded.run_id IS NULL AS is_shown', 'TRUE AS is_shown']],
    check: views('chain', 'planned under two times'),
  },
  {
    rule: 'R25',
    name: 'whoever a list misses is gone at once, though it fell below half',
    edits: [[FRIEND_CHANGES, 'is_list AND LAG(friend_count) OVER among_lists >= 20', 'FALSE']],
    check: views('doubtful-lists', 'withholds who is missing in it'),
  },
  {
    rule: 'R25',
    name: 'a clearing of a short list withheld',
    edits: [[FRIEND_CHANGES, 'OVER among_lists >= 20', 'OVER among_lists >= 0']],
    check: views('doubtful-lists', '19 friends are too few'),
  },
  {
    rule: 'R25',
    name: 'withheld for ever',
    edits: [[FRIEND_CHANGES, 'missing_after = 1 AND next_fell THEN', 'next_fell THEN']],
    check: views('doubtful-lists', 'tells it by the second list'),
  },
  {
    rule: 'R25',
    name: 'the first of two lists that fell is believed by the second',
    edits: [[FRIEND_CHANGES, '      WHEN next_fell THEN (list_number + 2) * 1000000\n', '']],
    check: views('doubtful-lists', 'tells it by the second list'),
  },
  {
    rule: 'R25',
    name: 'somebody came after a list that may be wrong',
    edits: [
      [
        FRIEND_CHANGES,
        '      WHEN previous_fell AND NOT one_before_fell THEN (lists_before - 1) * 1000000\n',
        '',
      ],
    ],
    check: views('doubtful-lists', 'tells who came back'),
  },
  {
    rule: 'R25',
    name: 'withheld, though it is listed again',
    edits: [
      [
        FRIEND_CHANGES,
        'first_missing_number IS NOT NULL AND listed_again_at IS NULL)',
        'first_missing_number IS NOT NULL)',
      ],
    ],
    check: views('doubtful-lists', 'where the second list says otherwise'),
  },
  {
    rule: 'R25',
    name: 'a friend that a problem names counts as missing',
    edits: [
      [
        FRIEND_CHANGES,
        'UNNEST(page.unknown_friends) AS friend_id\n',
        'UNNEST(page.unknown_friends) AS friend_id\n  WHERE FALSE\n',
      ],
    ],
    check: views('doubtful-lists', 'is neither gone nor back:'),
  },
  {
    rule: 'R25',
    name: 'a list with somebody unreadable says who is gone',
    edits: [
      [
        FRIEND_CHANGES,
        'LOGICAL_OR(chain_complete) AND SUM(unreadable_friend_count) = 0',
        'LOGICAL_OR(chain_complete)',
      ],
    ],
    check: views('doubtful-lists', 'says nothing of whoever it misses'),
  },
  {
    rule: 'R25',
    name: 'a page outside the chain makes a friend unknown',
    edits: [[FRIEND_CHANGES, '    AND unlisted.fetch_id IN UNNEST(reads.fetch_ids)\n', '']],
    check: views('doubtful-lists', 'by a page outside the chain'),
  },
  {
    rule: 'R24',
    name: 'a page outside the chain lists friends',
    edits: [[FRIEND_CHANGES, '    AND listed.fetch_id = read_fetch_id\n', '']],
    check: views('changes', 'a page outside the chain lists nobody'),
  },
  {
    rule: 'R25',
    name: 'a friend that is new comes back where a list names it twice',
    edits: [
      [
        FRIEND_CHANGES,
        'reads.parent_id, reads.number, listed.id\n',
        'reads.parent_id, reads.number, listed.id, listed.position\n',
      ],
    ],
    check: views('changes', 'a friend that a list names twice'),
  },
  {
    rule: 'R25',
    name: 'that X did not say is what it said first',
    edits: [[FRIEND_CHANGES, " AND status != 'unknown'", '']],
    check: views('vanished-friends', 'where X did not say'),
  },
  {
    rule: 'R10',
    name: 'that X did not say is news of an account',
    edits: [['infra/bigquery/views/account_history.sql', "NULLIF(status, 'unknown') != ", 'status != ']],
    check: views('account-history', 'that X did not say'),
  },
  {
    rule: 'R26',
    name: 'what adds to a plan taken for the plan',
    edits: [
      [DISPATCH_PROGRESS, 'republished OR after_page IS NOT NULL AS is_later', 'republished AS is_later'],
    ],
    check: views('more-pages', 'each page more adds to the plan'),
  },
  {
    rule: 'R26',
    name: 'what was committed twice counted twice',
    edits: [
      [
        DISPATCH_PROGRESS,
        '      AND planned_at = MIN(planned_at) OVER (\n        PARTITION BY run_id, dispatch_id, status, republished, after_page IS NULL, max_friends) AS is_more\n',
        ' AS is_more\n',
      ],
    ],
    check: views('more-pages', 'once, planned twice'),
  },
  {
    rule: 'R26',
    name: 'a list that no budget lets go on is running',
    edits: [
      [DISPATCH_PROGRESS, "      WHEN pages.pages_done IS NOT NULL AND is_refused THEN 'partial'\n", ''],
    ],
    check: views('more-pages', 'is partial, where no budget has room'),
  },
  {
    rule: 'R26',
    name: 'a want of budget outlives the commitment',
    edits: [
      [DISPATCH_PROGRESS, 'plan.refused_after > IFNULL(plan.committed_after, 0)', 'plan.refused_after > 0'],
    ],
    check: views('more-pages', 'is running again, where it is committed later'),
  },
  {
    rule: 'R20',
    name: 'what adds to a plan counted as the plan again',
    edits: [
      ['infra/bigquery/views/daily_cost.sql', 'IF(after_page IS NULL, 0, max_friends) AS step', '0 AS step'],
    ],
    check: views('daily-cost', 'because a list goes on'),
  },
];
