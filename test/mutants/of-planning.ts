import { type Mutant, SIMULATION } from './mutant.ts';

const PLANNER = 'functions/pagedispatch/planner.ts';
const DISPATCH = 'functions/pagedispatch/handler.ts';
const RECORDED_OF = 'shared/plan/recorded.ts';
const PUBLISH = 'functions/pagedispatch/publish-pages.ts';
const PUBLISHED = '{ orderingKey: message.dispatchId });';

/** A parent is planned once, recorded before anything is published, and its pages follow one another. */
export const OF_PLANNING: Mutant[] = [
  {
    rule: 'R12',
    name: 'plan recorded after publishing',
    edits: [
      [
        PLANNER,
        '  const refused = await dispatches.append(rows);',
        '  later.record = () => dispatches.append(rows);\n  const refused: Awaited<ReturnType<typeof later.record>> = [];',
      ],
      [
        PLANNER,
        '/** What is to be published, and why parents',
        'export const later: { record?: () => Promise<RefusedRow[]> } = {};\n\n/** What is to be published, and why parents',
      ],
      [DISPATCH, 'planChunk } from', 'planChunk, later } from'],
      [DISPATCH, '    log.info({ runId, chunk:', '    await later.record?.();\n    log.info({ runId, chunk:'],
    ],
    check: SIMULATION,
  },
  {
    rule: 'R9',
    name: 'look-up of a fresh count for a planned parent',
    edits: [
      [
        RECORDED_OF,
        '  switch (planning?.status) {',
        "  switch (planning?.status === 'dispatched' ? undefined : planning?.status) {",
      ],
    ],
    check: SIMULATION,
  },
  {
    rule: 'R9',
    name: 'the oldest planning used',
    edits: [
      [
        RECORDED_OF,
        'rows.findLast(({ republished }) => !republished)',
        'rows.find(({ republished }) => !republished)',
      ],
    ],
    check: { file: 'test/shared/plan/recorded.test.ts' },
  },
  {
    rule: 'pagedispatch 7',
    name: 'pages published side by side',
    edits: [
      [
        PUBLISH,
        '  for (const message of pageRequests(toPublish, context)) {',
        '  await Promise.all(pageRequests(toPublish, context).map(async (message) => {',
      ],
      [PUBLISH, `${PUBLISHED}\n  }`, `${PUBLISHED}\n  }));`],
    ],
    check: SIMULATION,
  },
  {
    rule: 'pagedispatch 7',
    name: 'pages after one that was not published',
    edits: [[PUBLISH, PUBLISHED, '{ orderingKey: message.dispatchId }).catch(() => undefined);']],
    check: SIMULATION,
  },
];
