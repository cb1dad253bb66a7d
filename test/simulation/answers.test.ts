import { expect, test } from 'vitest';
import { systemClock } from '../../shared/clock.ts';
import { DAY_MS } from '../../shared/times.ts';
import { createAccountMetadata } from '../../shared/warehouse/account-metadata.ts';
import { createAnswers } from '../../shared/warehouse/answers.ts';
import type { Row, WarehouseContext } from '../../shared/warehouse/client.ts';
import { createCompletedScrapes } from '../../shared/warehouse/completed-scrapes.ts';
import { createDispatches, type DispatchRow } from '../../shared/warehouse/dispatches.ts';
import { createHistories } from '../../shared/warehouse/histories.ts';
import { createKnownLists } from '../../shared/warehouse/known-lists.ts';
import { storedIn } from '../promises/shown.ts';
import { emptyWarehouse, openWarehouse } from '../views/warehouse.ts';
import { checkIn } from './checks/verdicts.ts';
import { simulated } from './simulated.ts';
import type { Simulation } from './simulation.ts';
import { answerTo, DATASET } from './warehouse/questions.ts';

const WORLDS = 6;
/** Of the plans of a world so many ask once more what their planner and their pages asked. */
const MOST_PLANS = 12;

openWarehouse();

test('services are answered in simulated worlds as by the shipped SQL over the same rows', async () => {
  const worlds: Simulation[] = [];
  await simulated(11_000, ['checks', 'everything'], WORLDS, (sim) => void worlds.push(sim));
  const met = new Map<string, number>();
  for (const sim of worlds) {
    const warehouse = await emptyWarehouse();
    await warehouse.load(storedIn(sim));
    const said = await Promise.all(askedOf(sim).map(([, ask]) => ask(simulatedContext(sim))));
    for (const [at, [what, ask]] of askedOf(sim).entries()) {
      const shipped = plain(await ask(warehouse.context));
      expect(plain(said[at]), `${what} in world ${worlds.indexOf(sim)}`).toEqual(shipped);
      if (isTold(shipped)) met.set(what, (met.get(what) ?? 0) + 1);
    }
  }
  // Agreement is not that of nothing with nothing.
  for (const [what, least] of Object.entries(TOLD)) expect(met.get(what) ?? 0, what).toBeGreaterThan(least);
});

const TOLD = {
  ...{ 'ended reads': 50, order: 20, 'broken orders': 10, forgotten: 2, 'known list': 20, answers: 30 },
  ...{
    'pages of a dispatch': 50,
    'pages of a run': 20,
    plannings: 50,
    accounts: 50,
    committed: 50,
    observed: 20,
  },
};

/** The answers of `questions.ts`, whatever the time: all rows are to be seen. */
function simulatedContext(sim: Simulation): WarehouseContext {
  const query = async ({ query: text, params }: { query: string; params: Row }) => [
    answerTo(sim, text, params),
  ];
  const bigquery = { query } as unknown as WarehouseContext['bigquery'];
  return { bigquery, dataset: DATASET, deadlineMs: 30_000, clock: systemClock };
}

type Ask = (context: WarehouseContext) => Promise<unknown>;

function askedOf(sim: Simulation): [what: string, ask: Ask][] {
  const plans = [...sim.tables.plans.values()].flat();
  const step = Math.max(1, Math.floor(plans.length / MOST_PLANS));
  return [
    ['forgotten', (on) => createKnownLists(on).forgotten()],
    ...plans.filter((_, at) => at % step === 0).flatMap((plan) => askedFor(plan, plans, sim)),
  ];
}

/** What was asked for a plan, and for its pages. */
function askedFor(plan: DispatchRow, plans: DispatchRow[], sim: Simulation): [what: string, ask: Ask][] {
  const { run_id, job, dispatch_id: dispatchId, parent_id } = plan;
  const [atMs, nowMs] = [Date.parse(plan.dispatched_at), Date.parse(plan.planned_at)];
  const parentId = parent_id ?? '';
  const ofRun = plans.filter((other) => other.run_id === run_id);
  const ids = [...new Set(ofRun.flatMap((other) => other.parent_id ?? []))];
  const keys = [...new Map(ofRun.map((other) => [other.dispatch_id, other])).values()].map((other) => ({
    ...{ dispatchId: other.dispatch_id, parentId: other.parent_id ?? '', dispatchedAtMs: atMs },
  }));
  // A while after it, too: what is over by then, it may itself be.
  const spans = [0, 2 * DAY_MS].map((laterMs) => ({ sinceMs: atMs - 30 * DAY_MS, atMs: atMs + laterMs }));
  const { base } = checkIn(plan);
  const usernames = sim.tables.forgotten.flatMap(({ username }) => username ?? []);
  const observed = sim.tables.metadata.find((row) => row.run_id === run_id && row.role === 'vanished_friend');
  return [
    ...spans.flatMap((span): [string, Ask][] => [
      [
        'ended reads',
        async (on) => [...(await createHistories(on).of(ids, span))].map(([id, of]) => [id, of.reads]).sort(),
      ],
      [
        'order',
        async (on) =>
          [...(await createHistories(on).of(ids, span))]
            .flatMap(([id, { order }]) => order.map((counts) => `${id} ${textOf(counts)}`))
            .sort(),
      ],
      ['broken orders', (on) => createHistories(on).brokenOrders(job, span.atMs)],
      [
        'answers',
        async (on) =>
          [
            ...(await createAnswers(on).of(
              keys.map((key) => key.dispatchId),
              { first: atMs, last: atMs },
            )),
          ].sort(),
      ],
    ]),
    [
      'pages of a dispatch',
      async (on) =>
        sorted(await createCompletedScrapes(on).ofDispatch({ dispatchId, parentId, dispatchedAtMs: atMs })),
    ],
    [
      'pages of a run',
      async (on) =>
        [...(await createCompletedScrapes(on).ofDispatches(keys))]
          .map(([id, pages]) => [id, sorted(pages)])
          .sort(),
    ],
    [
      'plannings',
      (on) =>
        createDispatches(on).of(
          run_id,
          keys.map((key) => key.dispatchId),
          atMs,
        ),
    ],
    ['accounts', async (on) => sorted(await createDispatches(on).ofAccounts(run_id, ids, atMs))],
    ['committed', (on) => createDispatches(on).committed(run_id, atMs, nowMs)],
    ...(base
      ? ([
          [
            'known list',
            async (on) => {
              const span = {
                parentId,
                dispatchId,
                dispatchedAtMs: atMs,
                fullReadAtMs: Date.parse(base.fullReadAt),
                baseAtMs: Date.parse(base.at),
              };
              return sorted(await createKnownLists(on).pagesOf(span, usernames));
            },
          ],
        ] as [string, Ask][])
      : []),
    ...(observed
      ? ([
          [
            'observed',
            (on) =>
              createAccountMetadata(on).has({
                dispatchId: observed.dispatch_id,
                dispatchedAtMs: Date.parse(observed.dispatched_at),
                role: 'vanished_friend',
                by: 'id',
                value: observed.requested_id ?? '',
              }),
          ],
        ] as [string, Ask][])
      : []),
  ];
}

/** In no order of its own. */
const sorted = (rows: object[]): string[] => [...new Set(rows.map(textOf))].sort();

/** The same text for the same, in whatever order its fields are. */
const textOf = (row: object): string =>
  JSON.stringify(row, (_, value) =>
    value && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );

/** As JSON has it: an absent field is none. */
const plain = (answer: unknown): unknown => JSON.parse(JSON.stringify(answer));

const isTold = (answer: unknown): boolean =>
  Array.isArray(answer) ? answer.length > 0 : answer !== false && answer !== null;
