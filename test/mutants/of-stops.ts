import type { Mutant } from './mutant.ts';

const GUARD = 'shared/stop-guard.ts';
const LOOKUP = 'shared/x/look-up.ts';
const STOPPED_RUN = 'functions/pagedispatch/stopped-run.ts';
const HANDLERS = 'test/functions/stops.test.ts';

/** What is stopped buys nothing, loses nothing, and keeps nobody else waiting. */
export const OF_STOPS: Mutant[] = [
  {
    rule: 'R30',
    name: 'a stop asked for when a page arrives, and not when it is its turn',
    edits: [['functions/getpage/handler.ts', '    ports.stops.assertMayBuy(request.runId);\n', '']],
    check: { file: HANDLERS, named: 'while it waits for its turn' },
  },
  {
    rule: 'R30',
    name: 'look-ups of a run that is stopped while they wait for their turn',
    edits: [[LOOKUP, '    assertMayBuy();\n    const exchange', '    const exchange']],
    check: { file: 'test/shared/x/lookup-batch.test.ts', named: 'nobody who shares the call' },
  },
  {
    rule: 'R30',
    name: 'the first answer believed for ever',
    edits: [[GUARD, 'clock.now() - known.askedMs >= ms', 'known.askedMs < 0 && ms > 0']],
    check: { file: 'test/shared/stop-guard.test.ts', named: 'and no longer' },
  },
  {
    rule: 'R30',
    name: 'silence of the warehouse taken for go',
    edits: [
      [
        GUARD,
        "    if (isOlderThan(BELIEVED_MS)) throw new RetryLater('nobody knows whether the run is stopped', { runId });\n",
        '',
      ],
    ],
    check: { file: 'test/shared/stop-guard.test.ts', named: 'does not say whether' },
  },
  {
    rule: 'R30',
    name: 'a page that was bought kept from being stored by a stop',
    edits: [['functions/getpage/handler.ts', 'if (!ports.pages.isHeld(request)) await', 'await']],
    check: { file: HANDLERS, named: 'whatever is stopped meanwhile' },
  },
  {
    rule: 'R30',
    name: 'a look-up that was paid for forgotten with a stop',
    edits: [[STOPPED_RUN, ' || observed.isUntold(planningId)', '']],
    check: { file: HANDLERS, named: 'though its run is stopped meanwhile' },
  },
  {
    rule: 'R30',
    name: 'a stopped run that all others wait behind',
    edits: [
      [STOPPED_RUN, '  if (stop.runId === null) throw stoppedBy(stop);\n', '  throw stoppedBy(stop);\n'],
    ],
    check: { file: HANDLERS, named: 'keeps no other run' },
  },
  {
    rule: 'R30',
    name: 'a stop that counts towards giving a parent up',
    edits: [
      [
        'functions/pagedispatch/decide-chunk.ts',
        'Math.max(context.publishedAtMs, stops.wentOnMs(context.runId))',
        'context.publishedAtMs',
      ],
    ],
    check: { file: HANDLERS, named: 'given up no sooner' },
  },
];
