import type { Check } from './checks.ts';
import { type Mutant, SIMULATION } from './mutant.ts';

const PLANNER = 'functions/pagedispatch/planner.ts';
const DISPATCH = 'functions/pagedispatch/handler.ts';
const RECORDED_OF = 'shared/plan/recorded.ts';
const planning = (named: string): Check => ({ file: 'test/functions/pagedispatch.test.ts', named });

/** ◆ One planner at a time keeps the caps, and whoever computes a dispatch id meets the same one. */
export const OF_CAPS: Mutant[] = [
  {
    name: 'budget checked after publishing',
    edits: [
      {
        file: 'functions/pagedispatch/budget.ts',
        find: '    if (refusal !== null) return refusal;',
        replace: '    void refusal;',
      },
    ],
    check: { simulations: 60, profile: 'budget' },
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
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of one.
        find: 'return v5(`${runId}/${username.toLowerCase()}`, NAMESPACE);',
        replace: 'return v4();',
      },
    ],
    check: { file: 'test/shared/ids.test.ts' },
  },
  {
    name: 'chunks planned side by side',
    edits: [
      {
        file: DISPATCH,
        find: 'ports.oneAtATime(() => planChunk(request, context, deadlineMs, ports))',
        replace: 'planChunk(request, context, deadlineMs, ports)',
      },
    ],
    check: SIMULATION,
  },
  {
    name: 'chunks without the ordering key',
    edits: [
      {
        file: 'functions/pagedispatch/split.ts',
        find: '{ orderingKey: PLAN_KEY, ...attributes }',
        replace: 'attributes',
      },
    ],
    check: planning('all chunks carry one ordering key'),
  },
  {
    name: 'a message that comes again counted again',
    edits: [{ file: RECORDED_OF, find: 'isPaid: isRedelivery ||', replace: 'isPaid:' }],
    check: planning('neither counted again nor refused'),
  },
  {
    name: 'a plan that is not recorded published',
    edits: [{ file: PLANNER, find: '(pages && !(row && refusedRows.has(row)) ?', replace: '(pages ?' }],
    check: planning('a plan that BigQuery refuses altogether'),
  },
  {
    name: 'pages that wait for the grandparent',
    edits: [
      {
        file: DISPATCH,
        find: '    await allDone(effects);\n',
        replace: '',
      },
      {
        file: DISPATCH,
        find: '    const effects = [',
        replace: '    await askForGrandparent(context, delivery, ports);\n    const effects = [',
      },
      {
        file: DISPATCH,
        find: "'chunk planned and published');",
        replace: "'chunk planned and published');\n    await allDone(effects);",
      },
    ],
    check: planning('pages never wait'),
  },
];
