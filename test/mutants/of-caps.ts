import type { Check } from './checks.ts';
import { type Mutant, SIMULATION } from './mutant.ts';

const DISPATCH = 'functions/pagedispatch/handler.ts';
const IDS = 'shared/ids.ts';
const planning = (named: string): Check => ({ file: 'test/functions/pagedispatch.test.ts', named });

/** One planner at a time keeps the caps, and whoever computes a dispatch id meets the same one. */
export const OF_CAPS: Mutant[] = [
  {
    rule: 'R20',
    name: 'budget checked after publishing',
    edits: [
      ['functions/pagedispatch/budget.ts', '    if (refusal !== null) return refusal;', '    void refusal;'],
    ],
    check: { simulations: 60, profile: 'budget' },
  },
  {
    rule: 'R7',
    name: 'dispatch id random',
    edits: [
      [IDS, "import { v5 } from 'uuid';", "import { v4, v5 } from 'uuid';"],
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of one.
      [IDS, 'return v5(`${runId}/${username.toLowerCase()}`, NAMESPACE);', 'return v4();'],
    ],
    check: { file: 'test/shared/ids.test.ts' },
  },
  {
    rule: 'R2',
    name: 'chunks planned side by side',
    edits: [
      [
        DISPATCH,
        'await ports.inTurn(() =>\n      planChunk(request, context, deadlineMs, ports),\n    )',
        'await planChunk(request, context, deadlineMs, ports)',
      ],
    ],
    check: SIMULATION,
  },
  {
    rule: 'R2',
    name: 'chunks without the ordering key',
    edits: [['functions/pagedispatch/split.ts', '{ orderingKey: PLAN_KEY, ...attributes }', 'attributes']],
    check: planning('all chunks carry one ordering key'),
  },
  {
    rule: 'R20',
    name: 'a message that comes again counted again',
    edits: [
      ['shared/plan/recorded.ts', '(isOf(asking, row) || isToday(asking, row))', 'isToday(asking, row)'],
    ],
    check: planning('neither counted again nor refused'),
  },
  {
    rule: 'R12',
    name: 'a plan that is not recorded published',
    edits: [
      ['functions/pagedispatch/planner.ts', '!row || !refusedRows.has(row)', '!row || refusedRows.size >= 0'],
    ],
    check: planning('a plan that BigQuery refuses altogether'),
  },
  {
    rule: 'R21',
    name: 'what is expected taken from the budget',
    edits: [
      [
        'functions/pagedispatch/decide.ts',
        'usd: costOf(maxFriends, friendUsd), pages: totalPages',
        'usd: costOf(plan.friendsCount, friendUsd), pages: totalPages',
      ],
    ],
    check: { file: 'test/functions/list-goes-on.test.ts', named: 'of 0 lets nothing be bought' },
  },
  {
    rule: 'R21',
    name: 'what is expected told as the most that a parent may cost',
    edits: [
      [
        'functions/pagedispatch/decide.ts',
        'committed_cost_usd: plannedCostOf(plan.maxFriends,',
        'committed_cost_usd: plannedCostOf(expectedOf(plan),',
      ],
    ],
    check: SIMULATION,
  },
  {
    rule: 'R21',
    name: 'pages asked for in full, whatever is left of their plan',
    edits: [['functions/getpage/handler.ts', 'maxResults: most,', 'maxResults: request.pageSize,']],
    check: { file: 'test/functions/getpage.test.ts', named: 'asks for what is left of it' },
  },
  {
    rule: 'R20',
    name: 'what is committed later counted with what was before',
    edits: [
      ['shared/warehouse/dispatches.ts', 'IF(after_page IS NULL, 0, max_friends) AS step', '0 AS step'],
    ],
    check: {
      file: 'test/shared/warehouse/tables.test.ts',
      named: 'what was committed to a list that went on',
    },
  },
  {
    rule: 'R20',
    name: 'look-ups of several messages counted as one',
    edits: [
      [
        'shared/warehouse/dispatches.ts',
        'MAX(IF(republished, 0, pages_usd)) + SUM(lookup_cost_usd)',
        'MAX(IF(republished, 0, pages_usd)) + MAX(lookup_cost_usd)',
      ],
    ],
    check: { file: 'test/shared/warehouse/tables.test.ts', named: 'a look-up counts with each message' },
  },
  {
    rule: 'pagedispatch 4',
    name: 'pages that wait for the grandparent',
    edits: [
      [DISPATCH, '    await allDone(effects);\n', ''],
      [
        DISPATCH,
        '    const effects = [',
        '    await askForGrandparent(context, delivery, ports);\n    const effects = [',
      ],
      [
        DISPATCH,
        "'chunk planned and published');",
        "'chunk planned and published');\n    await allDone(effects);",
      ],
    ],
    check: planning('pages never wait'),
  },
];
