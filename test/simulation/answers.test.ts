import { expect, test } from 'vitest';
import { systemClock } from '../../shared/clock.ts';
import { DAY_MS } from '../../shared/times.ts';
import { createAccountMetadata, type MetadataRow } from '../../shared/warehouse/account-metadata.ts';
import { createAnswers } from '../../shared/warehouse/answers.ts';
import type { Row, WarehouseContext } from '../../shared/warehouse/client.ts';
import { createCompletedScrapes, type DispatchKey } from '../../shared/warehouse/completed-scrapes.ts';
import { createDispatches, type DispatchRow } from '../../shared/warehouse/dispatches.ts';
import { createHistories } from '../../shared/warehouse/histories.ts';
import { createKnownLists } from '../../shared/warehouse/known-lists.ts';
import { storedIn } from '../promises/shown.ts';
import { emptyWarehouse, openWarehouse } from '../views/warehouse.ts';
import { checkIn } from './checks/verdicts.ts';
import { simulated } from './simulated.ts';
import type { Simulation } from './simulation.ts';
import { answerTo, DATASET } from './warehouse/questions.ts';

/** Each with two worlds, one of each profile: so many at most, and no more once each answer was met. */
const [FROM, MOST_SEEDS] = [11_000, 20];
/** Of the plans of a world so many ask once more what their planner and their pages asked. */
const MOST_PLANS = 8;

openWarehouse();

test('services are answered in simulated worlds as by the shipped SQL over the same rows', async () => {
  const met = new Map<string, number>();
  const isMet = ([what, least]: [string, number]) => (met.get(what) ?? 0) > least;
  for (let seed = FROM; seed < FROM + MOST_SEEDS && !Object.entries(TOLD).every(isMet); seed++) {
    const worlds: Simulation[] = [];
    await simulated(seed, ['checks', 'everything'], 1, (sim) => void worlds.push(sim));
    for (const sim of worlds)
      for (const told of await compared(sim, `${seed}`)) met.set(told, (met.get(told) ?? 0) + 1);
  }
  // Agreement is not that of nothing with nothing.
  expect(
    Object.entries(TOLD).filter((one) => !isMet(one)),
    'too few such answers',
  ).toEqual([]);
});

/** Compares all answers in a world; returns what was told. */
async function compared(sim: Simulation, seed: string): Promise<string[]> {
  const warehouse = await emptyWarehouse();
  await warehouse.load(storedIn(sim));
  const said = await Promise.all(askedOf(sim).map(([, ask]) => ask(simulatedContext(sim))));
  const told: string[] = [];
  for (const [at, [what, ask]] of askedOf(sim).entries()) {
    const shipped = plain(await ask(warehouse.context));
    expect(plain(said[at]), `${what} in seed ${seed}`).toEqual(shipped);
    told.push(...toldBy(what, shipped));
  }
  return told;
}

/** Of so many questions more must be answered by something. */
const TOLD = {
  ...{ histories: 20, order: 10, 'broken orders': 20, answers: 10, forgotten: 1 },
  ...{ plannings: 20, accounts: 20, committed: 20, 'known list': 5, observed: 1 },
  ...{ 'pages of a dispatch': 15, 'pages of a run': 20 },
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
    [
      'forgotten',
      async (on) => {
        const { ids, usernames } = await createKnownLists(on).forgotten();
        return { ids: ids.toSorted(), usernames: usernames.toSorted() };
      },
    ],
    ...plans.filter((_, at) => at % step === 0).flatMap((plan) => askedFor(plan, plans, sim)),
  ];
}

function askedFor(plan: DispatchRow, plans: DispatchRow[], sim: Simulation): [what: string, ask: Ask][] {
  const { run_id, dispatch_id: dispatchId, parent_id } = plan;
  const ofRun = plans.filter((other) => other.run_id === run_id);
  const dispatchedAtMs = Date.parse(plan.dispatched_at);
  const key = { dispatchId, parentId: parent_id ?? '', dispatchedAtMs };
  return [...askedByPlanner(plan, ofRun), ...askedByPages(plan, key, sim)];
}

function askedByPlanner(plan: DispatchRow, ofRun: DispatchRow[]): [what: string, ask: Ask][] {
  const { run_id, job } = plan;
  const [atMs, nowMs] = [Date.parse(plan.dispatched_at), Date.parse(plan.planned_at)];
  const parentIds = [...new Set(ofRun.flatMap((other) => other.parent_id ?? []))];
  const ids = [...new Set(ofRun.map((other) => other.dispatch_id))];
  const parentOf = new Map(ofRun.map((other) => [other.dispatch_id, other.parent_id ?? '']));
  const keys = ids.map((id) => ({ dispatchId: id, parentId: parentOf.get(id) ?? '', dispatchedAtMs: atMs }));
  // A while after it, too: what is over by then, it may itself be.
  const spans = [0, 2 * DAY_MS].map((laterMs) => ({ sinceMs: atMs - 30 * DAY_MS, atMs: atMs + laterMs }));
  return [
    ...spans.flatMap((span): [string, Ask][] => [
      [
        'histories',
        async (on) =>
          [...(await createHistories(on).of(parentIds, span))]
            .map(([id, { reads, order }]) => [id, reads, sorted(order)])
            .sort(),
      ],
      ['broken orders', (on) => createHistories(on).brokenOrders(job, span.atMs)],
    ]),
    ['answers', async (on) => [...(await createAnswers(on).of(ids, { first: atMs, last: atMs }))].sort()],
    ['plannings', (on) => createDispatches(on).of(run_id, ids, atMs)],
    ['accounts', async (on) => sorted(await createDispatches(on).ofAccounts(run_id, parentIds, atMs))],
    ['committed', (on) => createDispatches(on).committed(run_id, atMs, nowMs)],
    [
      'pages of a run',
      async (on) =>
        [...(await createCompletedScrapes(on).ofDispatches(keys))]
          .map(([id, pages]) => [id, sorted(pages)])
          .sort(),
    ],
  ];
}

function askedByPages(
  plan: DispatchRow,
  key: DispatchKey,
  { tables }: Simulation,
): [what: string, ask: Ask][] {
  const asked: [string, Ask][] = [
    ['pages of a dispatch', async (on) => sorted(await createCompletedScrapes(on).ofDispatch(key))],
  ];
  const { base } = checkIn(plan);
  if (base) {
    const usernames = tables.forgotten.flatMap(({ username }) => username ?? []);
    const span = { ...key, fullReadAtMs: Date.parse(base.fullReadAt), baseAtMs: Date.parse(base.at) };
    asked.push(['known list', async (on) => sorted(await createKnownLists(on).pagesOf(span, usernames))]);
  }
  const isQuestion = ({ dispatch_id, role }: MetadataRow) =>
    dispatch_id === key.dispatchId && role === 'vanished_friend';
  const value = tables.metadata.find(isQuestion)?.requested_id ?? '1';
  const question = { ...key, role: 'vanished_friend', by: 'id', value } as const;
  asked.push(['observed', (on) => createAccountMetadata(on).has(question)]);
  return asked;
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

/** Whether it is an answer at all; of a history also whether the order of lists is in it. */
function toldBy(what: string, answer: unknown): string[] {
  const isNothing = Array.isArray(answer) ? answer.length === 0 : answer === false || answer === null;
  const hasOrder = what === 'histories' && JSON.stringify(answer).includes('displaced');
  return [...(isNothing ? [] : [what]), ...(hasOrder ? ['order'] : [])];
}
