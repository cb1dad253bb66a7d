import type { Bus } from '../../shared/bus.ts';
import { RetryLater } from '../../shared/errors.ts';
import { DAY_MS, dayOf } from '../../shared/times.ts';
import type { AccountMetadata, MetadataRow } from '../../shared/warehouse/account-metadata.ts';
import type { CompletedScrapes, PageRow } from '../../shared/warehouse/completed-scrapes.ts';
import type { Dispatches, DispatchRow } from '../../shared/warehouse/dispatches.ts';
import type { RefusedRow } from '../../shared/warehouse/halved.ts';
import type { Insertion } from '../../shared/warehouse/insert-once.ts';
import type { RejectedMessages, RejectedRow } from '../../shared/warehouse/rejected-messages.ts';
import type { Instance, Invocation } from './instance.ts';
import { overNetwork } from './network.ts';
import type { Simulation } from './simulation.ts';
import { sinceOf } from './tables.ts';

const PUBLISH_FAULTS = [
  'publish failed',
  'publish unknown, done now',
  'publish unknown, done later',
] as const;
const APPEND_FAULTS = ['append failed', 'append unknown, done now', 'append unknown, done later'] as const;

/** Of whom a call is. */
type By = () => Invocation;

/** What is heard of a publish may be wrong: an error does not say that nothing was published. */
export function busPort(sim: Simulation, by: By): Bus {
  return {
    async publish(topic, message, options = {}) {
      const { faults, random, time, broker, checks } = sim;
      const publish = () => broker.publish(topic, JSON.stringify(message), options).id;
      const invocation = by();
      const finish = checks.publishing.begin(invocation, topic, message);
      const fault = faults.oneOf(...PUBLISH_FAULTS);
      try {
        const id = await overNetwork(sim, invocation.instance, () => {
          if (fault === undefined || fault === 'publish unknown, done now') publish();
          if (fault === 'publish unknown, done later') time.after(random.magnitude(100, DAY_MS), publish);
          if (fault !== undefined) throw new RetryLater(`publishing to ${topic} failed: ${fault}`);
          return String(broker.messages.length);
        });
        finish('done');
        return id;
      } catch (error) {
        finish('failed');
        throw error;
      }
    },
  };
}

export function scrapesPort(sim: Simulation, by: By): CompletedScrapes {
  const { tables, checks, faults, random } = sim;
  return {
    ofDispatch(key) {
      const invocation = by();
      return read(sim, invocation, () => {
        const pages = tables.pagesOf(key);
        invocation.shownFetches = new Set(pages.map(({ fetchId }) => fetchId));
        return pages;
      });
    },
    ofDispatches: (keys) =>
      read(sim, by(), () => {
        const found = keys.map((key) => [key.dispatchId, tables.pagesOf(key)] as const);
        // In no order, as a query without ORDER BY has none.
        if (random.chance(0.5)) found.reverse();
        return new Map(found.filter(([, pages]) => pages.length > 0));
      }),
    async append(row) {
      const isReduced = faults.strikes('row reduced');
      const stored = isReduced ? reduced(row) : row;
      const land = () => {
        tables.addPage(stored);
        checks.chains.pageLanded(stored);
      };
      const { instance } = by();
      let isKnown = false;
      try {
        await append({ sim, instance, table: 'completed_scrapes', land }, [stored]);
        isKnown = true;
      } finally {
        checks.gates.appended(instance, isKnown);
      }
      return { how: isReduced ? 'reduced' : 'stored', row: stored };
    },
  };
}

export function dispatchesPort(sim: Simulation, by: By): Dispatches {
  const { tables } = sim;
  return {
    of: (runId, ids, dispatchedAtMs) =>
      read(sim, by(), () => tables.plannedOf(runId, ids, sinceOf(dispatchedAtMs))),
    ofAccounts: (runId, ids, dispatchedAtMs) =>
      ids.length === 0
        ? Promise.resolve([])
        : read(sim, by(), () => tables.accountsOf(runId, ids, sinceOf(dispatchedAtMs))),
    committed: (runId, dispatchedAtMs, nowMs) =>
      read(sim, by(), () => {
        return tables.committed(runId, Math.min(sinceOf(dispatchedAtMs), dayOf(nowMs)), nowMs);
      }),
    insert: (rows, id) => insertOnce(sim, by().instance, rows, id),
  };
}

/** A DML statement under a job id: whichever of its requests arrives first takes effect, as a whole and at once. */
function insertOnce(
  sim: Simulation,
  instance: Instance,
  rows: DispatchRow[],
  id: string,
): Promise<Insertion> {
  const { tables, checks, faults, random, time } = sim;
  const land = (isTold: boolean): Insertion => {
    const done = tables.jobs.get(id);
    if (done !== undefined) return { how: done ? 'inserted before' : 'failed before' };
    const isRefused = rows.some((row) => sim.isRefused(`dispatches/${row.dispatch_id}`));
    tables.jobs.set(id, !isRefused);
    if (isRefused) return { how: 'refused', reasons: ['simulated: no such value'] };
    for (const row of rows) {
      sim.trace(() => `inserted into dispatches: ${JSON.stringify(row)}`);
      const wasKnown = isTold && instance.alive;
      checks.plans.landing(row, tables.plans.get(row.dispatch_id) ?? [], wasKnown);
      tables.addPlan(row);
      checks.budget.landed(row, wasKnown);
    }
    return { how: 'inserted' };
  };
  const fault = sim.isWarehouseAway() ? 'append failed' : faults.oneOf(...APPEND_FAULTS);
  return overNetwork(sim, instance, () => {
    if (fault === undefined) return land(true);
    if (fault === 'append unknown, done now') land(false);
    if (fault === 'append unknown, done later')
      time.after(random.magnitude(1000, 2 * DAY_MS), () => land(false));
    throw new RetryLater(`inserting into dispatches failed: ${fault}`);
  });
}

export function metadataPort(sim: Simulation, by: By): AccountMetadata {
  return {
    has: (key) => read(sim, by(), () => sim.tables.isObserved(key)),
    async append(rows) {
      const { instance } = by();
      const land = (row: MetadataRow) => void sim.tables.metadata.push(row);
      // A planner that dies between observation and plan observes again: nobody knows of it without a plan.
      const observed = instance.service === 'getmetadata' ? rows : [];
      const forget = observed.map((row) => sim.checks.observations.begin(instance, row));
      try {
        const refused = await appendTaken({ sim, instance, table: 'account_metadata', land }, rows);
        for (const { index } of refused) forget[index]?.();
        return refused;
      } catch (error) {
        for (const each of forget) each();
        throw error;
      }
    },
  };
}

export function rejectedPort(sim: Simulation, by: By): RejectedMessages {
  const land = (row: RejectedRow) => void sim.tables.rejected.push(row);
  return {
    append: (row) => append({ sim, instance: by().instance, table: 'rejected_messages', land }, [row]),
  };
}

function read<T>(sim: Simulation, invocation: Invocation, answer: () => T): Promise<T> {
  sim.checks.gates.callingOutside(invocation);
  const fails = sim.isWarehouseAway() || sim.faults.strikes('read failed');
  return overNetwork(sim, invocation.instance, () => {
    if (fails) throw new RetryLater('BigQuery gave no answer: 503');
    return answer();
  });
}

/** An append by an instance. `land`: `wasKnown` where it will be told that the row is stored; else nobody knows yet. */
interface Appending<R> {
  sim: Simulation;
  instance: Instance;
  table: string;
  land: (row: R, wasKnown: boolean) => void;
}

/** Appends what BigQuery takes, and returns what it refuses for its content, the same each time. */
async function appendTaken<R extends { dispatch_id: string }>(
  to: Appending<R>,
  rows: R[],
): Promise<RefusedRow[]> {
  const refused = rows.filter((row) => to.sim.isRefused(`${to.table}/${row.dispatch_id}`));
  const taken = rows.filter((row) => !refused.includes(row));
  await append(to, taken);
  return refused.map((row) => ({ index: rows.indexOf(row), reasons: ['simulated: no such field'] }));
}

async function append<R>(to: Appending<R>, rows: R[]): Promise<void> {
  if (rows.length === 0) return;
  const { sim, instance, table } = to;
  const fault = sim.isWarehouseAway() ? 'append failed' : sim.faults.oneOf(...APPEND_FAULTS);
  await overNetwork(sim, instance, () => {
    if (fault === undefined || fault === 'append unknown, done now')
      for (const row of rows) landOnceOrTwice(to, row, fault === undefined);
    if (fault === 'append unknown, done later') landLater(to, rows);
    if (fault !== undefined) throw new RetryLater(`appending to ${table} failed: ${fault}`);
  });
}

function landOnceOrTwice<R>({ sim, instance, table, land }: Appending<R>, row: R, isTold: boolean): void {
  sim.trace(() => `stored in ${table}: ${JSON.stringify(row)}`);
  land(row, isTold && instance.alive);
  if (sim.faults.strikes('row stored twice')) land(row, isTold && instance.alive);
}

/** Some rows of the append now, some later, some never. */
function landLater<R>(to: Appending<R>, rows: R[]): void {
  const { random, time } = to.sim;
  const laterMs = random.magnitude(1000, 2 * DAY_MS);
  for (const row of rows) {
    const when = rows.length === 1 ? 'later' : random.pick(['now', 'later', 'later', 'never'] as const);
    if (when === 'now') landOnceOrTwice(to, row, false);
    if (when === 'later') time.after(laterMs, () => landOnceOrTwice(to, row, false));
  }
}

/** What is left of a row that BigQuery refuses for its content: its core fields, and the problem noted. */
function reduced(row: PageRow): PageRow {
  const problem = { source: 'bigquery' as const, title: 'row refused', detail: 'simulated' };
  const friends = row.friends.map(({ position, id, username }) => ({ position, id, username }));
  return { ...row, friends, problems: [...row.problems, problem] };
}
