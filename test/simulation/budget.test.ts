import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PageRequest } from '../../shared/messages/page-request.ts';
import { DAY_MS, HOUR_MS } from '../../shared/times.ts';
import { type InProcess, startInProcess } from '../functions/in-process.ts';
import { pageRow } from '../support/warehouse.ts';
import {
  capsOf,
  EVENTFUL,
  microsOf,
  parentOf,
  type Round,
  type Scenario,
  scenario,
  settingsOf,
} from './budget-scenarios.ts';

const SCENARIOS = 40;
const MOST_CHUNKS = 3;
const MOST_PARENTS = 3;

let on: InProcess;
beforeAll(async () => {
  const numbers = Array.from({ length: MOST_CHUNKS * MOST_PARENTS }, (_, number) => number);
  on = await startInProcess(
    numbers.map((number) => ({ username: `locked_${number}`, friends: 9, status: 'protected' })),
  );
});
afterAll(() => on.close());

/** What has been asked for so far, seen from outside: pages published, and accounts that X was asked about. */
class Played {
  readonly pages: { page: PageRequest; day: string }[] = [];
  readonly #scenario: Scenario;
  readonly #name: string;
  readonly #deliver: ReturnType<InProcess['instance']>;
  readonly #dispatchedAt = new Date(on.clock.now()).toISOString();

  constructor(given: Scenario, name: string) {
    this.#scenario = given;
    this.#name = name;
    this.#deliver = on.instance('pagedispatch', settingsOf(given));
  }

  runId = (run: number) => `${this.#name}/${run}`;

  async round({ hours, deliveries, storeEvery }: Round): Promise<void> {
    on.clock.pass(hours * HOUR_MS);
    const day = new Date(on.clock.now()).toISOString().slice(0, 10);
    await Promise.all(deliveries.map((delivery) => this.#delivered(delivery, day)));
    this.pages.push(...on.pages().map((page) => ({ page, day })));
    for (const [index, { page }] of this.pages.entries())
      if (storeEvery > 0 && index % storeEvery === 0) await this.#stored(page);
  }

  async #delivered({ run, chunk, copy }: Round['deliveries'][number], day: string) {
    const { runs, pageSize } = this.#scenario;
    const parents = runs[run]?.[chunk];
    if (!parents) return;
    const { request } = capsOf(this.#scenario);
    await this.#deliver({
      ...{ job: { name: 'budget' }, runId: this.runId(run), dispatchedAt: this.#dispatchedAt, pageSize },
      ...(request !== null && { maxCostUsd: request / 1e6 }),
      parents: parents.map((parent, number) => parentOf(parent, MOST_PARENTS * chunk + number)),
      chunk: { index: chunk, of: runs[run]?.length ?? 0 },
      // A message that comes again does so on its day; what comes later is published anew.
      messageId: `${this.runId(run)}/${chunk}/${copy}/${day}`,
    });
  }

  #stored({ runId, dispatchId, dispatchedAt, parent, pageNumber, totalPages }: PageRequest) {
    const next = pageNumber < totalPages ? `after ${pageNumber}` : null;
    return on.scrapes.append(
      pageRow({
        ...{ run_id: runId, dispatch_id: dispatchId, dispatched_at: dispatchedAt, parent_id: parent.id },
        ...{ page_number: pageNumber, total_pages: totalPages, next_token: next },
        fetch_id: `${dispatchId}/${pageNumber}`,
      }),
    );
  }

  /** The most that the pages can cost, in millionths of a dollar, and the look-ups on record. */
  async cost(ofRun: string | null, ofDay: string | null): Promise<number> {
    const { price } = this.#scenario;
    const wanted = this.pages.filter(
      ({ page, day }) => (ofRun ?? page.runId) === page.runId && (ofDay ?? day) === day,
    );
    const dispatches = Map.groupBy(wanted, ({ page }) => page.dispatchId);
    const friends = [...dispatches.values()].reduce((sum, of) => sum + mostFriendsOn(of), 0);
    const [lookUps] = await on.select(
      `SELECT SUM(cost_usd) AS usd FROM account_metadata WHERE STARTS_WITH(run_id, '${ofRun ?? `${this.#name}/`}')
        ${ofDay === null ? '' : `AND DATE(observed_at) = '${ofDay}'`}`,
    );
    return friends * price.friend + microsOf(Number(lookUps?.usd ?? 0));
  }
}

/** What the pages of a dispatch can bring, each asked for once: X is asked for no more. */
function mostFriendsOn(pages: { page: PageRequest }[]): number {
  const sizes = new Map(pages.map(({ page }) => [page.pageNumber, page.pageSize]));
  const most = Math.max(...pages.map(({ page }) => page.maxFriends));
  return Math.min(
    most,
    [...sizes.values()].reduce((sum, size) => sum + size, 0),
  );
}

const met = { dispatched: 0, over_budget: 0, republished: 0, protected: 0, not_found: 0 };

/** No cap was passed, by what was published and looked up: these sums never fall, so the end tells of every moment. */
async function holds(given: Scenario, played: Played): Promise<void> {
  const caps = capsOf(given);
  for (const [run] of given.runs.entries()) {
    const runId = played.runId(run);
    const cost = await played.cost(runId, null);
    expect(cost).toBeLessThanOrEqual(caps.request ?? Number.POSITIVE_INFINITY);
    expect(cost).toBeLessThanOrEqual(caps.run ?? Number.POSITIVE_INFINITY);
    const pages = played.pages.filter(({ page }) => page.runId === runId);
    const different = new Set(pages.map(({ page }) => `${page.dispatchId}/${page.pageNumber}`));
    expect(different.size).toBeLessThanOrEqual(given.retentionPages);
  }
  for (const day of new Set(played.pages.map((page) => page.day)))
    expect(await played.cost(null, day)).toBeLessThanOrEqual(caps.day ?? Number.POSITIVE_INFINITY);
}

/** What is published has its plan, and nobody was looked up twice for one run. */
async function isRecorded(name: string, played: Played): Promise<void> {
  const rows = await on.select(
    `SELECT dispatch_id, status, republished FROM dispatches WHERE STARTS_WITH(run_id, '${name}/')`,
  );
  const planned = new Set(rows.filter((row) => row.status === 'dispatched').map((row) => row.dispatch_id));
  expect(new Set(played.pages.map(({ page }) => page.dispatchId))).toEqual(planned);
  const lookedUp = await on.select(
    `SELECT dispatch_id FROM account_metadata WHERE STARTS_WITH(run_id, '${name}/')`,
  );
  expect(new Set(lookedUp.map((row) => row.dispatch_id)).size).toBe(lookedUp.length);
  for (const row of rows) met[row.republished ? 'republished' : (row.status as keyof typeof met)]++;
}

test('nothing is ever planned beyond its caps', async () => {
  let played = 0;
  await fc.assert(
    fc.asyncProperty(scenario, async (given) => {
      const name = `scenario-${played++}`;
      // Days of its own: those before are spent.
      on.clock.pass(3 * DAY_MS);
      const scene = new Played(given, name);
      for (const round of given.rounds) await scene.round(round);
      await holds(given, scene);
      await isRecorded(name, scene);
    }),
    { numRuns: SCENARIOS, examples: [[EVENTFUL]] },
  );
  console.log(`budget: ${JSON.stringify({ scenarios: played, ...met })}`);
  for (const [status, times] of Object.entries(met)) expect(times, status).toBeGreaterThan(0);
});
