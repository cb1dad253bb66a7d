import { type Mutant, SIMULATION } from './mutant.ts';

const HANDLER = 'functions/getpage/handler.ts';

/** ◆ A page ends in a row or comes again, carries the way that led to it, and the list goes on after it. */
export const OF_PAGES: Mutant[] = [
  {
    name: 'record before fetch',
    edits: [
      {
        file: HANDLER,
        find: '  const answer = await ask(ports.gate',
        replace:
          "  await ports.scrapes.append(rowOf(fetch, { kind: 'scraped', friends: [], nextToken: null, problems: [] }, 0, ports.clock.now()));\n  const answer = await ask(ports.gate",
      },
    ],
    check: SIMULATION,
  },
  {
    name: 'no continuation when the page was complete already',
    edits: [
      {
        file: HANDLER,
        find: '      await publishContinuation(',
        replace: '      if (!stored) await publishContinuation(',
      },
    ],
    check: SIMULATION,
  },
  {
    name: 'predecessor check dropped',
    edits: [
      { file: HANDLER, find: 'if (pageNumber > 1 && !before)', replace: 'if (pageNumber < 0 && !before)' },
    ],
    check: SIMULATION,
  },
  {
    name: 'throttling counted as failure',
    edits: [
      {
        file: 'shared/x/outcome.ts',
        find: '    outcome: wait.rateLimited,',
        replace: '    outcome: wait.notUnderstood,',
      },
    ],
    check: { file: 'test/shared/x/page-outcome.test.ts' },
  },
  {
    name: 'gate ignored',
    edits: [
      {
        file: 'shared/x/gate.ts',
        find: '      if (closure) throw closedError(closure);',
        replace: '      void closure;',
      },
      {
        file: 'shared/x/gate.ts',
        find: '  const permit = await gate.acquire(deadlineMs);',
        replace: '  void deadlineMs;\n  const permit = { settle: (_: Exchange<unknown>) => undefined };',
      },
    ],
    check: SIMULATION,
  },
  {
    name: 'loop guard dropped',
    edits: [
      {
        file: 'functions/getpage/loop-guard.ts',
        find: '  if (nextToken === null) return false;',
        replace: '  if (nextToken !== undefined) return false;',
      },
    ],
    check: SIMULATION,
  },
  {
    name: 'a page acked that has to wait',
    edits: [
      {
        file: HANDLER,
        find: '    throw error instanceof RetryLater ? error.with(log) : error;',
        replace: "    if (error instanceof RetryLater) return 'list-ended';\n    throw error;",
      },
    ],
    check: SIMULATION,
  },
  {
    name: 'lineage of the page before alone',
    edits: [
      {
        file: 'functions/getpage/page-row.ts',
        find: 'before ? lineageAfter(before) : []',
        replace: 'before ? [before.fetchId] : []',
      },
    ],
    check: SIMULATION,
  },
  {
    name: 'a page bought that cannot be stored',
    edits: [
      {
        file: HANDLER,
        find: '    ports.warehouseGate.assertMayBuy(ports.inHand.held());\n',
        replace: '',
      },
    ],
    check: SIMULATION,
  },
];
