/** One way to break the code on purpose, and the tests of which at least one must notice. */
export interface Mutant {
  name: string;
  edits: { file: string; find: string; replace: string }[];
  tests: string[];
}

const SIMULATION = ['test/simulation/simulation.test.ts'];
const TABLES = ['test/shared/warehouse/tables.test.ts'];
const VIEWS = ['test/views/views.test.ts'];

const HANDLER = 'functions/getpage/handler.ts';
const PLANNER = 'functions/pagedispatch/planner.ts';
const DISPATCH = 'functions/pagedispatch/handler.ts';
const RECORD_PLAN = '  await ports.dispatches.append(decisions.flatMap(({ row }) => (row ? [row] : [])));\n';

export const MUTANTS: Mutant[] = [
  {
    name: 'plan recorded after publishing',
    edits: [
      {
        file: PLANNER,
        find: RECORD_PLAN,
        replace:
          '  later.record = () => ports.dispatches.append(decisions.flatMap(({ row }) => (row ? [row] : [])));\n',
      },
      {
        file: PLANNER,
        find: 'interface Candidate {',
        replace: 'export const later: { record?: () => Promise<void> } = {};\n\ninterface Candidate {',
      },
      { file: DISPATCH, find: 'planChunk } from', replace: 'planChunk, later } from' },
      {
        file: DISPATCH,
        find: '    log.info({ runId, chunk:',
        replace: '    await later.record?.();\n    log.info({ runId, chunk:',
      },
    ],
    tests: SIMULATION,
  },
  {
    name: 'look-up of a fresh count for a planned parent',
    edits: [
      {
        file: 'functions/pagedispatch/recorded.ts',
        find: '  if (plan) {',
        replace: '  if (plan && rows.length < 0) {',
      },
    ],
    tests: SIMULATION,
  },
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
    tests: SIMULATION,
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
    tests: SIMULATION,
  },
  {
    name: 'lineage ignored by the view',
    edits: [
      {
        file: 'infra/bigquery/views/scrape_history.sql',
        find: 'fetch_id = head_fetch_id OR fetch_id IN UNNEST(head_lineage) AS in_chain',
        replace: 'page_number <= head_page_number AS in_chain',
      },
    ],
    tests: VIEWS,
  },
  {
    name: 'insertId per page',
    edits: [
      {
        file: 'shared/warehouse/completed-scrapes.ts',
        find: 'insertId: `${row.fetch_id}/${step}`',
        replace: 'insertId: `${row.dispatch_id}/${row.page_number}/${step}`',
      },
    ],
    tests: TABLES,
  },
  {
    name: 'predecessor check dropped',
    edits: [
      { file: HANDLER, find: 'if (pageNumber > 1 && !before)', replace: 'if (pageNumber < 0 && !before)' },
    ],
    tests: SIMULATION,
  },
  {
    name: 'pages published side by side',
    edits: [
      {
        file: DISPATCH,
        find: '  for (const pageNumber of pageNumbers) {',
        replace: '  await Promise.all(pageNumbers.map(async (pageNumber) => {',
      },
      {
        file: DISPATCH,
        find: '{ orderingKey: toPublish.dispatchId });\n  }',
        replace: '{ orderingKey: toPublish.dispatchId });\n  }));',
      },
    ],
    tests: SIMULATION,
  },
  {
    name: 'throttling counted as failure',
    edits: [
      {
        file: 'shared/x/outcome.ts',
        find: "  { x: 'any other 429: the rate', when: (r) => status(r, 429), outcome: waits.rateLimited },\n",
        replace: '',
      },
    ],
    tests: ['test/shared/x/page-outcome.test.ts'],
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
    tests: VIEWS,
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
    tests: SIMULATION,
  },
  {
    name: 'budget checked after publishing',
    edits: [
      {
        file: 'functions/pagedispatch/budget.ts',
        find: '    if (refusal !== null) return refusal;',
        replace: '    void refusal;',
      },
    ],
    tests: SIMULATION,
  },
  {
    name: 'dispatch id random',
    edits: [
      {
        file: 'shared/ids.ts',
        find: "import { v5 } from 'uuid';",
        replace: "import { v4, v5 } from 'uuid';",
      },
      {
        file: 'shared/ids.ts',
        find: 'return v5(`${runId}/${username.toLowerCase()}`, NAMESPACE);',
        replace: 'return v4();',
      },
    ],
    tests: ['test/shared/ids.test.ts'],
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
    tests: SIMULATION,
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
    tests: TABLES,
  },
];
