import { type Mutant, SIMULATION } from './mutant.ts';

const HANDLER = 'functions/getpage/handler.ts';
const GATE = 'shared/x/gate.ts';

/** A page ends in a row or comes again, carries the way that led to it, and the list goes on after it. */
export const OF_PAGES: Mutant[] = [
  {
    rule: 'R15',
    name: 'a page dated by when a machine that stood still went on',
    edits: [
      [HANDLER, 'Math.min(ports.clock.now(), askedMs + ports.config.X_DEADLINE_MS)', 'ports.clock.now()'],
    ],
    check: { file: 'test/functions/getpage.test.ts', named: 'heard long after' },
  },
  {
    rule: 'R15',
    name: 'record before fetch',
    edits: [
      [
        HANDLER,
        '  const answer = await ports.stops.whileWaiting(() => callX(ports.gate',
        "  const nothing = { kind: 'scraped' as const, friends: [], nextToken: null, problems: [] };\n  await ports.pages.store(rowOf(fetch, nothing, 0, ports.clock.now()), pages);\n  const answer = await ports.stops.whileWaiting(() => callX(ports.gate",
      ],
    ],
    check: SIMULATION,
  },
  {
    rule: 'R17',
    name: 'no continuation when the page was complete already',
    edits: [
      [
        HANDLER,
        '      if (copyOf(pages, pageNumber)) {\n        await goOn(request, pages, ports);\n',
        '      if (copyOf(pages, pageNumber)) {\n',
      ],
    ],
    check: SIMULATION,
  },
  {
    rule: 'R17',
    name: 'a page bought that the planner has not committed',
    edits: [[HANDLER, '      if (most <= 0) {', '      if (most < -1e9) {']],
    check: { file: 'test/functions/getpage.test.ts', named: 'is not bought beyond its plan' },
  },
  {
    rule: 'R17',
    name: 'a list that goes on is not believed before a query shows it',
    edits: [
      ['shared/plan/recorded.ts', 'Math.max(readUpTo(pages), goesOn?.afterPage ?? 0)', 'readUpTo(pages)'],
    ],
    check: { file: 'test/functions/list-goes-on.test.ts', named: 'no query shows its page yet' },
  },
  {
    rule: 'R17',
    name: 'more is committed each time that a list is said to go on',
    edits: [
      [
        'shared/plan/recorded.ts',
        '  return first ? extended(first, rows) : null;',
        '  return first ?? null;',
      ],
    ],
    check: { file: 'test/functions/list-goes-on.test.ts', named: 'is committed once' },
  },
  {
    rule: 'R14',
    name: 'a query believed that does not show what is stored here',
    edits: [
      [
        'functions/getpage/acknowledged-pages.ts',
        'return [...found, ...known.filter(({ fetchId }) => !fetchIds.has(fetchId))];',
        'return [...found, ...known.filter(() => fetchIds.size < 0)];',
      ],
    ],
    check: { file: 'test/functions/late-rows.test.ts', named: 'a page that is stored here is bought once' },
  },
  {
    rule: 'R3',
    name: 'predecessor check dropped',
    edits: [[HANDLER, 'if (pageNumber > 1 && !before)', 'if (pageNumber < 0 && !before)']],
    check: SIMULATION,
  },
  {
    rule: 'R19',
    name: 'throttling counted as failure',
    edits: [['shared/x/outcome.ts', '    outcome: wait.rateLimited,', '    outcome: wait.notUnderstood,']],
    check: { file: 'test/shared/x/page-outcome.test.ts' },
  },
  {
    rule: 'R19',
    name: 'gate ignored',
    edits: [
      [GATE, '      if (closure) throw closedError(closure);', '      void closure;'],
      [
        GATE,
        '  const permit = await gate.acquire(deadlineMs);',
        '  void deadlineMs;\n  const permit = { settle: (_: Exchange<unknown>) => undefined };',
      ],
    ],
    check: SIMULATION,
  },
  {
    rule: 'R18',
    name: 'loop guard dropped',
    edits: [
      [
        'functions/getpage/loop-guard.ts',
        '  if (nextToken === null) return false;',
        '  if (nextToken !== undefined) return false;',
      ],
    ],
    check: SIMULATION,
  },
  {
    rule: 'R13',
    name: 'a page acked that has to wait',
    edits: [
      [
        HANDLER,
        '    throw error instanceof RetryLater ? error.with(log) : error;',
        "    if (error instanceof RetryLater) return 'list-ended';\n    throw error;",
      ],
    ],
    check: SIMULATION,
  },
  {
    rule: 'R15',
    name: 'lineage of the page before alone',
    edits: [
      [
        'functions/getpage/page-row.ts',
        'before ? lineageAfter(before) : []',
        'before ? [before.fetchId] : []',
      ],
    ],
    check: SIMULATION,
  },
  {
    rule: 'R22',
    name: 'a page bought that cannot be stored',
    edits: [[HANDLER, '    assertMayBuy();\n', '']],
    check: { file: 'test/functions/getpage.test.ts', named: 'nothing else is bought meanwhile' },
  },
  {
    rule: 'R14',
    name: 'two pages of a dispatch in hand at once',
    edits: [
      [
        'functions/getpage/page-store.ts',
        '      return oneAtATime(dispatchId, work);',
        '      void oneAtATime;\n      return work();',
      ],
    ],
    check: SIMULATION,
  },
  {
    rule: 'getmetadata 2',
    name: 'two requests for one account in hand at once',
    edits: [
      [
        'functions/getmetadata/observation-store.ts',
        'oneAtATime: (key, work) => oneAtATime(nameOf(key), work)',
        'oneAtATime: (_key, work) => work()',
      ],
    ],
    check: SIMULATION,
  },
  {
    rule: 'R22',
    name: 'more pages bought than can be held until they are stored',
    edits: [
      ['functions/getpage/held-pages.ts', 'this.size + this.#asked >= ROWS_HELD', 'this.#asked > ROWS_HELD'],
    ],
    check: { file: 'test/functions/page-store.test.ts', named: 'than can be held' },
  },
  {
    rule: 'R22',
    name: 'pages that X is asked for at the moment are not counted among those that are to be held',
    edits: [['functions/getpage/held-pages.ts', 'this.size + this.#asked', 'this.size']],
    check: { file: 'test/functions/page-store.test.ts', named: 'than can be held' },
  },
  {
    rule: 'R14',
    name: 'a page held whose message another instance has acked lets nothing be bought any more',
    edits: [['functions/getpage/held-pages.ts', 'now - inHandMs < COMES_AGAIN_MS', 'now >= inHandMs']],
    check: { file: 'test/functions/page-store.test.ts', named: 'not come again for an hour' },
  },
  {
    rule: 'R14',
    name: 'a page held for an hour does not wait any more, though its message comes again and again',
    edits: [
      [
        'functions/getpage/page-store.ts',
        '      held.comesAgain(nameOf(dispatchId, pageNumber));\n',
        '      void pageNumber;\n',
      ],
    ],
    check: { file: 'test/functions/page-store.test.ts', named: 'not come again for an hour' },
  },
];
