import type { Mutant } from './mutant.ts';

const DONE = 'test/functions/checks.test.ts';
const AGAIN = 'test/functions/checks-again.test.ts';
const HANDLER = 'functions/getpage/handler.ts';

/** What services do with checks: planned from what is stored, bought once, concluded from what is there. */
export const OF_CHECK_DISPATCHES: Mutant[] = [
  {
    rule: 'R27',
    name: 'a check believes the count of its request',
    edits: [
      [
        'functions/pagedispatch/look-up-parents.ts',
        "  if (mode === 'check') return isFresh && account ? account : undefined;\n",
        '',
      ],
    ],
    check: { file: DONE, named: 'looks the count up' },
  },
  {
    rule: 'R27',
    name: 'a check that found no room is looked up again each time',
    edits: [
      [
        'functions/pagedispatch/look-up-parents.ts',
        'return isFresh && account ? account',
        'return mode ? undefined',
      ],
    ],
    check: { file: DONE, named: 'not looked up again that day' },
  },
  {
    rule: 'R27',
    name: 'a base may be over after the run was dispatched',
    edits: [
      [
        'shared/warehouse/histories.ts',
        'WHERE dispatched_at >= @day AND dispatched_at < @next_day AND completed_at <= @at\n    AND parent_id IN UNNEST(@parent_ids) AND origin IS NULL\n  QUALIFY ROW_NUMBER() OVER (PARTITION BY parent_id, dispatch_id, dispatched_at',
        'WHERE dispatched_at >= @day AND dispatched_at < @next_day\n    AND parent_id IN UNNEST(@parent_ids) AND origin IS NULL\n  QUALIFY ROW_NUMBER() OVER (PARTITION BY parent_id, dispatch_id, dispatched_at',
      ],
    ],
    check: { file: AGAIN, named: 'was not over when it was dispatched' },
  },
  {
    rule: 'R27',
    name: 'a check that was under way beside a full read is a base all the same',
    edits: [
      [
        'functions/pagedispatch/readings.ts',
        'read.check === null || baseChain(reads, read.dispatchId) !== undefined',
        'read !== undefined',
      ],
    ],
    check: { file: AGAIN, named: 'rests on what was over before it' },
  },
  {
    rule: 'R27',
    name: 'a count that a full read was given is a base',
    edits: [
      [
        'functions/pagedispatch/readings.ts',
        'friendsCount: count ?? read.returned',
        'friendsCount: read.friendsCount',
      ],
    ],
    check: { file: DONE, named: 'believes no count' },
  },
  {
    rule: 'checks, invariant 1',
    name: 'a check whose chain has a hole is a base',
    edits: [
      [
        'shared/warehouse/histories.ts',
        'WHERE IFNULL(ways.pages, 0) = heads.page_number - 1',
        'WHERE heads.page_number > 0',
      ],
    ],
    check: { file: 'test/shared/warehouse/histories.test.ts', named: 'hole' },
  },
  {
    rule: 'checks, invariant 2',
    name: 'a known list is made of what there is of it',
    edits: [['shared/plan/chain.ts', 'return way.length > lineage.length ? way : undefined;', 'return way;']],
    check: { file: 'test/functions/known-list.test.ts', named: 'hole' },
  },
  {
    rule: 'checks, invariant 4',
    name: 'a page of a check asks for what the run says',
    edits: [
      [
        'functions/getpage/next-page.ts',
        'if (check) return nextPageSize(check, { pages: way.length, friends }) ?? 0;',
        'if (check) return Math.min(pageSize, maxFriends - friends);',
      ],
    ],
    check: { file: DONE, named: 'searches for who is gone' },
  },
  {
    rule: 'checks, invariant 7',
    name: 'small empty pages of a check are a loop',
    edits: [
      [
        'functions/getpage/loop-guard.ts',
        'EMPTY_PAGES_OF_CHECK = Number.POSITIVE_INFINITY',
        'EMPTY_PAGES_OF_CHECK = 2',
      ],
    ],
    check: { file: DONE, named: 'small empty pages' },
  },
  {
    rule: 'checks, invariant 9',
    name: 'forgotten friends are compared',
    edits: [
      [
        'functions/getpage/comparisons.ts',
        'await knownLists.forgotten();',
        'await { ids: [], usernames: [] };',
      ],
    ],
    check: { file: DONE, named: 'forgotten account' },
  },
  {
    rule: 'checks, invariant 11',
    name: 'an ended check has pages left',
    edits: [['shared/plan/chain.ts', ' || page.checkEndedBy !== null;', ';']],
    check: { file: DONE, named: 'nothing has changed' },
  },
  {
    rule: 'checks, invariant 11',
    name: 'all pages of a check are asked for at once',
    edits: [
      [
        'shared/plan/check-pages.ts',
        'return reading?.check ? missingOfCheck(pages, totalPages) : missing',
        'void [missingOfCheck, reading];\n  return missing',
      ],
    ],
    check: { file: DONE, named: 'page by page' },
  },
  {
    rule: 'checks, invariant 12',
    name: 'a page that could not be read has a verdict',
    edits: [
      [
        HANDLER,
        "if (row.outcome === 'unavailable' || !comparison) return row;",
        'if (!comparison) return row;',
      ],
    ],
    check: { file: AGAIN, named: 'turns protected midway' },
  },
  {
    rule: 'checks, rule 15',
    name: 'checks of a job go on, though the order of many of its lists is broken',
    edits: [
      [
        'functions/pagedispatch/readings.ts',
        "isStopped && planned.mode === 'check'",
        'isStopped && !planned',
      ],
    ],
    check: { file: AGAIN, named: 'order of many lists' },
  },
  {
    rule: 'checks, rule 15',
    name: 'one broken list stops the checks of its job',
    edits: [['shared/check/order-health.ts', 'const MANY = 3;', 'const MANY = 1;']],
    check: { file: AGAIN, named: 'order of many lists' },
  },
  {
    rule: 'checks, rule 15',
    name: 'the order of lists of other jobs stops checks',
    edits: [
      [
        'shared/warehouse/histories.ts',
        "AND job = @job AND status = 'dispatched'`",
        "AND (TRUE OR job = @job) AND status = 'dispatched'`",
      ],
    ],
    check: { file: AGAIN, named: 'order of many lists' },
  },
  {
    rule: 'checks, rule 15',
    name: 'a list whose order is broken is checked',
    edits: [
      [
        'shared/check/plan-check.ts',
        "if (orderHealth(request.order) === 'broken')",
        'if (request.order.length < 0)',
      ],
    ],
    check: { file: AGAIN, named: 'order of many lists' },
  },
  {
    rule: 'R28',
    name: 'the next page of a check is not published when the page was complete already',
    edits: [
      [
        HANDLER,
        "        await goOn(request, pages, ports);\n        ports.log.info(log, 'page already complete');",
        "        ports.log.info(log, 'page already complete');",
      ],
    ],
    check: { file: AGAIN, named: 'nobody could publish the next page' },
  },
  {
    rule: 'R28',
    name: 'a page that comes again brings the next one again',
    edits: [['functions/getpage/publish-once.ts', '  if (published.get(name)) return;\n', '']],
    check: { file: AGAIN, named: 'each page comes three times' },
  },
  {
    rule: 'R28',
    name: 'a page is bought before what it rests on is seen',
    edits: [
      [
        'functions/getpage/comparisons.ts',
        'if (!comparison && check) throw',
        'if (!comparison && !check) throw',
      ],
    ],
    check: { file: AGAIN, named: 'no query shows what it rests on' },
  },
  {
    rule: 'R28',
    name: 'a check knows nothing of its pages but what a query shows',
    edits: [['functions/getpage/comparisons.ts', 'known.get(fetchId) ?? pages.find', 'pages.find']],
    check: { file: AGAIN, named: 'knows its own pages' },
  },
  {
    rule: 'R20',
    name: 'a search without room is over budget',
    edits: [['functions/pagedispatch/plans.ts', 'shallow === plan ? [wanted]', 'plan ? [wanted]']],
    check: { file: DONE, named: 'without room for a search' },
  },
];
