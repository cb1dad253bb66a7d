import { type Mutant, SIMULATION } from './mutant.ts';

const PLANNER = 'functions/pagedispatch/planner.ts';
const DISPATCH = 'functions/pagedispatch/handler.ts';
const RECORDED_OF = 'shared/plan/recorded.ts';

/** ◆ A parent is planned once, recorded before anything is published, and its pages follow one another. */
export const OF_PLANNING: Mutant[] = [
  {
    name: 'plan recorded after publishing',
    edits: [
      {
        file: PLANNER,
        find: '  const refused = await dispatches.append(rows);',
        replace:
          '  later.record = () => dispatches.append(rows);\n  const refused: Awaited<ReturnType<typeof later.record>> = [];',
      },
      {
        file: PLANNER,
        find: '/** What is to be published, and why parents',
        replace:
          'export const later: { record?: () => Promise<RefusedRow[]> } = {};\n\n/** What is to be published, and why parents',
      },
      { file: DISPATCH, find: 'planChunk } from', replace: 'planChunk, later } from' },
      {
        file: DISPATCH,
        find: '    log.info({ runId, chunk:',
        replace: '    await later.record?.();\n    log.info({ runId, chunk:',
      },
    ],
    check: SIMULATION,
  },
  {
    name: 'look-up of a fresh count for a planned parent',
    edits: [
      {
        file: RECORDED_OF,
        find: '  switch (planning?.status) {',
        replace: "  switch (planning?.status === 'dispatched' ? undefined : planning?.status) {",
      },
    ],
    check: SIMULATION,
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
    check: SIMULATION,
  },
  {
    name: 'the oldest planning used',
    edits: [
      {
        file: RECORDED_OF,
        find: 'rows.findLast(({ republished }) => !republished)',
        replace: 'rows.find(({ republished }) => !republished)',
      },
    ],
    check: { file: 'test/shared/plan/recorded.test.ts' },
  },
  {
    name: 'pages after one that was not published',
    edits: [
      {
        file: DISPATCH,
        find: '{ orderingKey: toPublish.dispatchId });',
        replace: '{ orderingKey: toPublish.dispatchId }).catch(() => undefined);',
      },
    ],
    check: SIMULATION,
  },
];
