import { type Mutant, SIMULATION } from './mutant.ts';

const HANDLER = 'functions/getpage/handler.ts';
const GATE = 'shared/x/gate.ts';

/** A page ends in a row or comes again, carries the way that led to it, and the list goes on after it. */
export const OF_PAGES: Mutant[] = [
  {
    rule: 'R15',
    name: 'record before fetch',
    edits: [
      [
        HANDLER,
        '  const answer = await callX(ports.gate',
        "  const nothing = { kind: 'scraped' as const, friends: [], nextToken: null, problems: [] };\n  await ports.pages.store(rowOf(fetch, nothing, 0, ports.clock.now()), pages);\n  const answer = await callX(ports.gate",
      ],
    ],
    check: SIMULATION,
  },
  {
    rule: 'R17',
    name: 'no continuation when the page was complete already',
    edits: [[HANDLER, '      await publishContinuation(', '      if (!stored) await publishContinuation(']],
    check: SIMULATION,
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
    edits: [
      [
        'shared/x/outcome.ts',
        "  { x: 'any other 429: the rate', when: (r) => status(r, 429), outcome: wait.rateLimited },\n",
        '',
      ],
    ],
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
    check: SIMULATION,
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
];
