import { type Mutant, SIMULATION } from './mutant.ts';

const PLANNER = 'functions/pagedispatch/planner.ts';
const DISPATCH = 'functions/pagedispatch/handler.ts';
const RECORDED_OF = 'shared/plan/recorded.ts';
const PUBLISH = 'functions/pagedispatch/publish-pages.ts';
const RECORDING = 'await recordPlan(rows, name, counted, ports.dispatches)';
const PUBLISHED = 'await bus.publishInOrder(config.TOPIC_GETPAGE, together, plan.dispatchId);';

/** A parent is planned once, recorded before anything is published, and its pages follow one another. */
export const OF_PLANNING: Mutant[] = [
  {
    rule: 'R12',
    name: 'plan recorded after publishing',
    edits: [
      [
        PLANNER,
        `    const { isOld, refused } = ${RECORDING};`,
        `    later.record = () => ${RECORDING.replace('await ', '')};\n    const { isOld, refused } = { isOld: false, refused: [] as RefusedRow[] };`,
      ],
      [
        PLANNER,
        '/** What came of the parents of a chunk. */',
        'export const later: { record?: () => Promise<unknown> } = {};\n\n/** What came of the parents of a chunk. */',
      ],
      [DISPATCH, 'planChunk } from', 'planChunk, later } from'],
      [
        DISPATCH,
        '    log.info({ runId, chunk: request.chunk.index, dispatches',
        '    await later.record?.();\n    log.info({ runId, chunk: request.chunk.index, dispatches',
      ],
    ],
    check: SIMULATION,
  },
  {
    rule: 'R12',
    name: 'a second try inserts the plan once more',
    edits: [
      [
        'functions/pagedispatch/record-plan.ts',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of one.
        '`${id}_${attempt}`',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of one.
        '`${id}_${attempt}${Math.random()}`.replaceAll(".", "")',
      ],
    ],
    check: { file: 'test/functions/late-rows.test.ts', named: 'finds what it has recorded' },
  },
  {
    rule: 'R12',
    name: 'what was recorded before is not the plan',
    edits: [
      [PLANNER, '    if (isOld && round < MOST_ROUNDS) continue;\n', ''],
      [PLANNER, '    if (isOld) throw', '    if (isOld && round >= MOST_ROUNDS) throw'],
    ],
    check: { file: 'test/functions/late-rows.test.ts', named: 'finds what it has recorded' },
  },
  {
    rule: 'R12',
    name: 'a late statement takes effect, whatever others have planned since',
    edits: [
      [
        'shared/warehouse/dispatches.ts',
        'WHERE IFNULL(recorded.plannings, 0) = ',
        'WHERE IFNULL(recorded.plannings, 0) >= ',
      ],
    ],
    check: { file: 'test/shared/warehouse/tables.test.ts', named: 'somebody else has planned since' },
  },
  {
    rule: 'R20',
    name: 'a late statement takes effect, whatever others have spent since',
    edits: [['shared/warehouse/dispatches.ts', '  AND @counted = (', '  AND @counted <= (']],
    check: { file: 'test/shared/warehouse/tables.test.ts', named: 'what their budget counted on' },
  },
  {
    rule: 'R20',
    name: 'a part of a plan that does not count the parts before it',
    edits: [
      ['functions/pagedispatch/record-plan.ts', 'recorded += part.length;', 'recorded += 0 * part.length;'],
    ],
    check: { file: 'test/functions/pagedispatch.test.ts', named: 'recorded in many parts' },
  },
  {
    rule: 'R12',
    name: 'what X has said is asked anew when its message comes again',
    edits: [
      [
        'functions/pagedispatch/known-parents.ts',
        '    this.#keep = () => observed.keep(messageId, { runId, parents });\n',
        '    this.#keep = () => undefined;\n',
      ],
    ],
    check: { file: 'test/functions/late-rows.test.ts', named: 'X is not paid again' },
  },
  {
    rule: 'R20',
    name: 'a plan of which nobody knows what became leaves its room to others',
    edits: [
      [
        'functions/pagedispatch/known-parents.ts',
        'this.#inDoubt.keep(messageId, { runId, usd });',
        'void [runId, usd];',
      ],
    ],
    check: { file: 'test/functions/look-ups.test.ts', named: 'of which nobody knows what became' },
  },
  {
    rule: 'R20',
    name: 'look-ups of which no row tells yet count for their own message alone',
    edits: [
      [
        'functions/pagedispatch/known-parents.ts',
        'const all = this.#messages.values();',
        'const all = this.#messages.values().slice(-1);',
      ],
    ],
    check: { file: 'test/functions/late-rows.test.ts', named: 'counts for others too' },
  },
  {
    rule: 'R12',
    name: 'what is recorded in each delivery has one id',
    edits: [
      [
        PLANNER,
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of one.
        '`${context.planningId}_${seen}_${counted.rows}`',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of one.
        '`${context.planningId}_${seen && 0}_${round}`',
      ],
    ],
    check: { file: 'test/functions/late-rows.test.ts', named: 'comes again and again' },
  },
  {
    rule: 'R12',
    name: 'what was refused under its id is tried under ever new ones',
    edits: [['shared/warehouse/insert-once.ts', '  if (refusalOf(earlier)) throw earlier;\n', '']],
    check: { file: 'test/shared/warehouse/tables.test.ts', named: 'refused again under its id' },
  },
  {
    rule: 'R20',
    name: 'a look-up that one row tells is told by the next',
    edits: [
      [
        'functions/pagedispatch/decide-chunk.ts',
        '  for (const candidate of candidates) if (candidate.isLookUpTold) known.countNoMore(candidate.dispatchId);\n',
        '',
      ],
    ],
    check: { file: 'test/functions/late-rows.test.ts', named: 'is recorded once' },
  },
  {
    rule: 'R6',
    name: 'a tick dispatched when it was published',
    edits: [
      [
        'functions/pagedispatch/request-context.ts',
        "origin === 'cloud-scheduler' ? tickOf(publishedAtMs) : publishedAtMs",
        'origin === "" ? tickOf(publishedAtMs) : publishedAtMs',
      ],
    ],
    check: { file: 'test/functions/pagedispatch.test.ts', named: 'dispatched at the tick itself' },
  },
  {
    rule: 'R5',
    name: 'a run named by its message id alone',
    edits: [
      [
        'shared/ids.ts',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of one.
        'v5(`${message.messageId}/${isoOf(message.publishedAtMs)}`, NAMESPACE)',
        'v5(message.messageId, NAMESPACE)',
      ],
    ],
    check: { file: 'test/shared/ids.test.ts' },
  },
  {
    rule: 'R5',
    name: 'a message told by its id alone',
    edits: [
      [
        RECORDED_OF,
        'row.plannedAtMs > publishedAtMs - CLOCKS_DIFFER_MS',
        'row.plannedAtMs > publishedAtMs - 1e9 * CLOCKS_DIFFER_MS',
      ],
    ],
    check: { file: 'test/functions/budget.test.ts', named: 'an emulator began anew' },
  },
  {
    rule: 'R9',
    name: 'look-up of a fresh count for a planned parent',
    edits: [[RECORDED_OF, '  if (plan) return ofPlan(', '  if (plan && asking.goesOn) return ofPlan(']],
    check: SIMULATION,
  },
  {
    rule: 'R9',
    name: 'the oldest planning used',
    edits: [
      [RECORDED_OF, 'rows.findLast(({ republished, afterPage }', 'rows.find(({ republished, afterPage }'],
    ],
    check: { file: 'test/shared/plan/recorded.test.ts' },
  },
  {
    rule: 'R9',
    name: 'one account paid for under two names',
    edits: [
      [
        'functions/pagedispatch/run-accounts.ts',
        'return first?.dispatchId === dispatchId ? undefined : first;',
        'return first && undefined;',
      ],
    ],
    check: { file: 'test/functions/look-ups.test.ts', named: 'one account under two names' },
  },
  {
    rule: 'R9',
    name: 'an account that cannot be read looked up under each of its names',
    edits: [
      [
        'functions/pagedispatch/decide-chunk.ts',
        'return isAccountId(parent.id) ? [{ dispatchId, id: parent.id, username }] : [];',
        'return [];',
      ],
    ],
    check: { file: 'test/functions/look-ups.test.ts', named: 'one account under two names' },
  },
  {
    rule: 'pagedispatch 7',
    name: 'pages published side by side',
    edits: [
      [
        PUBLISH,
        PUBLISHED,
        `const options = { orderingKey: plan.dispatchId };
    await Promise.all(together.map((message) => bus.publish(config.TOPIC_GETPAGE, message, options)));`,
      ],
    ],
    check: SIMULATION,
  },
  {
    rule: 'pagedispatch 7',
    name: 'pages after one that was not published',
    edits: [[PUBLISH, PUBLISHED, `${PUBLISHED.replace(/;$/, '')}.catch(() => undefined);`]],
    check: { file: 'test/functions/pagedispatch.test.ts', named: 'that Pub/Sub has not taken' },
  },
];
