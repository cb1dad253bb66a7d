import type { PageRequest } from '../../../shared/messages/page-request.ts';
import type { PageRow } from '../../../shared/warehouse/completed-scrapes.ts';
import type { DispatchRow } from '../../../shared/warehouse/dispatches.ts';
import type { Insertion } from '../../../shared/warehouse/insert-once.ts';
import { Tables } from '../tables.ts';
import { PARENTS, type Parent, parentOf, RUN, requestFor } from './lists.ts';
import { answered, type Call, type Flight, type Insert, type PagesOf, takeOff } from './machine.ts';

/** Everything outside the handlers, as plain data: what is stored, what is under way, what may still go wrong. */
export interface World {
  /** Times are all the same, so of two copies the one that was fetched first, by its id, counts as the earlier. */
  pages: PageRow[];
  plans: DispatchRow[];
  /** Fetch ids of pages that are stored, and that no query shows yet. */
  unseen: string[];
  /** Jobs that have inserted plans: an id is used once. */
  jobs: string[];
  /** What failed as far as anybody knows, and will be done all the same. */
  late: { pages: PageRow[]; plans: Insert[] };
  /** Messages that are to be delivered, with how often; and those that were acked at least once. */
  waiting: Map<string, number>;
  acked: string[];
  flights: Flight[];
  /** Deliveries that go on, though their ack deadline is over and their message is delivered again. */
  overdue: Flight[];
  mayRunOver: boolean;
  parents: readonly Parent[];
  faultsLeft: number;
}

export type Choice =
  | { what: 'deliver' | 'duplicate'; message: string }
  | { what: 'land'; table: 'pages' | 'plans' }
  | { what: 'see' }
  | { what: 'run over'; flight: Flight }
  | { what: How; flight: Flight; call: Call };

/** A situation, and how one got there. */
export interface Place {
  world: World;
  from: { place: Place; by: Choice } | null;
}

/** How a call can end. The first is no fault. */
export type How =
  | 'done'
  | 'done, not seen yet'
  | 'failed'
  | 'unknown, done now'
  | 'unknown, done later'
  | 'crash before'
  | 'crash after';

const MOST_IN_FLIGHT = 2;
/** One more copy of a message that waits is no other situation. */
const MOST_COPIES = 2;
/** The request, or that a list goes on. */
const isForPlanner = (message: string): boolean => 'parents' in JSON.parse(message);

/** What there is to go through. */
export interface Scope {
  /** Whether a scheduler has published its tick twice. */
  isTwice: boolean;
  /** Whether a planner may outlast its ack deadline, so that there are two of one message. */
  mayRunOver: boolean;
  parents: readonly Parent[];
  faults: number;
}

export function firstWorld({ parents, isTwice, mayRunOver, faults: faultsLeft }: Scope): World {
  const request = JSON.stringify(requestFor(parents));
  // The second message says the same, and is another one.
  const requests = isTwice ? [request, `${request} `] : [request];
  return {
    pages: [],
    plans: [],
    unseen: [],
    jobs: [],
    late: { pages: [], plans: [] },
    waiting: new Map(requests.map((text) => [text, 1])),
    parents,
    acked: [],
    flights: [],
    overdue: [],
    mayRunOver,
    faultsLeft,
  };
}

export function waitsFor({ standing }: Flight): Call[] {
  return 'waitsFor' in standing ? standing.waitsFor : [];
}

export function choicesIn(world: World): Choice[] {
  const { waiting, flights, overdue, late, unseen, faultsLeft } = world;
  const choices: Choice[] = [];
  const isPlanning = flights.some(isPlanner);
  for (const message of waiting.keys())
    if (flights.length < MOST_IN_FLIGHT && !(isForPlanner(message) && isPlanning))
      choices.push({ what: 'deliver', message });
  for (const flight of [...flights, ...overdue])
    for (const call of waitsFor(flight))
      for (const what of endingsOf(call, faultsLeft)) choices.push({ what, flight, call });
  for (const table of ['pages', 'plans'] as const)
    if (late[table].length > 0) choices.push({ what: 'land', table });
  if (unseen.length > 0) choices.push({ what: 'see' });
  if (faultsLeft > 0) choices.push(...disordersIn(world));
  return choices;
}

/** What Pub/Sub may do at any time. */
function disordersIn({ waiting, flights, overdue, acked, mayRunOver }: World): Choice[] {
  const choices: Choice[] = [];
  for (const message of acked) if (!waiting.has(message)) choices.push({ what: 'duplicate', message });
  if (mayRunOver && overdue.length === 0)
    for (const flight of flights) if (isPlanner(flight)) choices.push({ what: 'run over', flight });
  return choices;
}

const isPlanner = ({ delivery }: Flight): boolean => delivery.service === 'pagedispatch';

function endingsOf({ name }: Call, faultsLeft: number): How[] {
  if (faultsLeft === 0) return ['done'];
  const endings: How[] = ['done', 'failed', 'unknown, done now', 'crash before', 'crash after'];
  if (name === 'append page') endings.push('done, not seen yet');
  return name === 'publish' ? endings : [...endings, 'unknown, done later'];
}

const NO_FAULTS = ['deliver', 'land', 'see', 'done'];
export const isFault = ({ what }: Choice): boolean => !NO_FAULTS.includes(what);

/** The world after `choice`, when every handler waits again. */
export async function after(world: World, choice: Choice): Promise<World> {
  const next: World = {
    ...world,
    late: { ...world.late },
    waiting: new Map(world.waiting),
    flights: [...world.flights],
    overdue: [...world.overdue],
  };
  if (isFault(choice)) next.faultsLeft--;
  switch (choice.what) {
    case 'deliver':
      await deliver(next, choice.message);
      break;
    case 'duplicate':
      wait(next, choice.message);
      break;
    case 'see':
      next.unseen = [];
      break;
    case 'run over':
      next.flights = without(next.flights, choice.flight);
      next.overdue = [...next.overdue, choice.flight];
      wait(next, choice.flight.delivery.message);
      break;
    case 'land':
      if (choice.table === 'pages') next.pages = [...next.pages, ...next.late.pages];
      else for (const late of next.late.plans) insert(next, late);
      next.late[choice.table] = [];
      break;
    default:
      await end(next, choice.what, choice.flight, choice.call);
  }
  return next;
}

async function deliver(world: World, message: string): Promise<void> {
  const copies = world.waiting.get(message) ?? 0;
  if (copies > 1) world.waiting.set(message, copies - 1);
  else world.waiting.delete(message);
  const isForPages = !isForPlanner(message);
  const flight = await takeOff({
    service: isForPages ? 'getpage' : 'pagedispatch',
    message,
    fetchId: !isForPages ? '' : unusedFetchId(world, JSON.parse(message) as PageRequest),
    planning: Math.min(1, world.plans.length + world.late.plans.length),
  });
  await fly(world, flight);
}

/** Canonical, so that two ways to the same situation are seen to be the same. */
function unusedFetchId(world: World, { dispatchId, pageNumber }: PageRequest): string {
  const rows = [...world.pages, ...world.late.pages].map((row) => row.fetch_id);
  const used = new Set([
    ...rows,
    ...[...world.flights, ...world.overdue].map(({ delivery }) => delivery.fetchId),
  ]);
  for (let copy = 1; ; copy++) {
    const id = `${parentOf(dispatchId)}${pageNumber}.${copy}`;
    if (!used.has(id)) return id;
  }
}

function wait(world: World, message: string): void {
  world.waiting.set(message, Math.min(MOST_COPIES, (world.waiting.get(message) ?? 0) + 1));
}

async function end(world: World, how: How, flight: Flight, call: Call): Promise<void> {
  // Two deliveries that were given the same are the same object.
  const isOverdue = !world.flights.includes(flight);
  if (isOverdue) world.overdue = without(world.overdue, flight);
  else world.flights = without(world.flights, flight);
  const isDone = ['done', 'done, not seen yet', 'unknown, done now', 'crash after'].includes(how);
  const value = isDone ? done(world, call) : undefined;
  if (how === 'unknown, done later') doneLater(world, call);
  if (how === 'done, not seen yet') world.unseen = [...world.unseen, (call.about as PageRow).fetch_id];
  const isHeard = how === 'done' || how === 'done, not seen yet';
  if (how === 'crash before' || how === 'crash after') {
    if (!isOverdue) wait(world, flight.delivery.message);
  } else
    await fly(
      world,
      await answered(flight, { call: call.index, ...(isHeard ? { value } : { error: how }) }),
      isOverdue,
    );
}

function without(flights: Flight[], flight: Flight): Flight[] {
  const place = flights.indexOf(flight);
  return flights.filter((_, index) => index !== place);
}

/** What is done outside; returns what the handler is answered. */
function done(world: World, { name, about }: Call): unknown {
  if (name === 'insert plans') return insert(world, about as Insert);
  if (name === 'append page') world.pages = [...world.pages, about as PageRow];
  else wait(world, JSON.stringify(about));
  return 'stored';
}

function doneLater({ late }: World, { name, about }: Call): void {
  if (name === 'insert plans') late.plans = [...late.plans, about as Insert];
  else late.pages = [...late.pages, about as PageRow];
}

function insert(world: World, { id, rows, counted }: Insert): Insertion {
  if (world.jobs.includes(id)) return { how: 'inserted before' };
  world.jobs = [...world.jobs, id];
  const plannings = (id: string) => world.plans.filter(({ dispatch_id }) => dispatch_id === id).length;
  const isCounted = world.plans.length === counted;
  const taken = rows.filter((row) => isCounted && plannings(row.dispatch_id) === row.seen);
  world.plans = [...world.plans, ...taken];
  return { how: taken.length === rows.length ? 'inserted' : 'overtaken' };
}

/** Lets a handler run until it waits for something that may go wrong; its questions are answered at once. */
async function fly(world: World, started: Flight, isOverdue = false): Promise<void> {
  let flight = started;
  for (let question = questionOf(flight); question; question = questionOf(flight))
    flight = await answered(flight, { call: question.index, value: read(world, question) });
  const { standing, delivery } = flight;
  if (!('result' in standing)) world[isOverdue ? 'overdue' : 'flights'].push(flight);
  // What is acked or nacked after its deadline is heard by nobody.
  else if (isOverdue) return;
  else if (standing.result === 'nack') wait(world, delivery.message);
  else if (!world.acked.includes(delivery.message)) world.acked = [...world.acked, delivery.message];
}

const questionOf = (flight: Flight) => waitsFor(flight).find(({ name }) => name.startsWith('read'));

function read(world: World, { name, about }: Call): unknown {
  const tables = tablesOf(seenIn(world));
  if (name === 'read committed') return world.plans.length;
  if (name === 'read plans') return tables.plannedOf(RUN.runId, about as string[], 0);
  const keys = about as { dispatchId: string; parentId: string; dispatchedAtMs: number }[];
  return keys.map((key): PagesOf => [key.dispatchId, tables.pagesOf(key)]);
}

/** What queries show. */
export const seenIn = ({ pages, plans, unseen }: World): Pick<World, 'pages' | 'plans'> => ({
  pages: pages.filter((row) => !unseen.includes(row.fetch_id)),
  plans,
});

export function tablesOf({ pages, plans }: Pick<World, 'pages' | 'plans'>): Tables {
  const tables = new Tables();
  for (const row of pages) tables.addPage(row);
  for (const row of plans) tables.addPlan(row);
  return tables;
}

const numbers = new Map<string, number>();
const numberOf = (message: string): number => {
  if (!numbers.has(message)) numbers.set(message, numbers.size);
  return numbers.get(message) ?? 0;
};

/** Two worlds of one name go on alike, as far as the same may still go wrong. */
export function nameOf({
  pages,
  plans,
  unseen,
  jobs,
  late,
  waiting,
  acked,
  flights,
  overdue,
}: World): string {
  const fetches = (rows: PageRow[]) =>
    PARENTS.map((parent) =>
      rows
        .filter((row) => row.parent_username === parent)
        .map((row) => [row.fetch_id, ...row.lineage].join('<'))
        .sort(),
    );
  const planned = (rows: DispatchRow[]) =>
    rows.map((row) => `${row.parent_username}${row.total_pages}after${row.after_page}`).sort();
  return [
    fetches(pages),
    planned(plans),
    fetches(late.pages),
    late.plans.map(({ id, rows }) => `${id}${planned(rows)}`).sort(),
    [...jobs].sort(),
    [...waiting].map(([message, copies]) => `${numberOf(message)}x${copies}`).sort(),
    acked.map(numberOf).sort((a, b) => a - b),
    flights.map(({ id }) => id).sort((a, b) => a - b),
    [...unseen].sort(),
    overdue.map(({ id }) => id),
  ].join(';');
}
