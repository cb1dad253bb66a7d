import type { PageRequest } from '../../../shared/messages/page-request.ts';
import type { PageRow } from '../../../shared/warehouse/completed-scrapes.ts';
import type { DispatchRow } from '../../../shared/warehouse/dispatches.ts';
import { Tables } from '../tables.ts';
import { PARENTS, parentOf, REQUEST } from './lists.ts';
import { answered, type Call, type Flight, type PagesOf, takeOff } from './machine.ts';

/** Everything outside the handlers, as plain data: what is stored, what is under way, what may still go wrong. */
export interface World {
  /** Times are all the same, so of two copies the one that was fetched first, by its id, counts as the earlier. */
  pages: PageRow[];
  plans: DispatchRow[];
  /** Rows whose append failed as far as anybody knows, and which will be stored all the same. */
  late: { pages: PageRow[]; plans: DispatchRow[] };
  /** Messages that are to be delivered, with how often; and those that were acked at least once. */
  waiting: Map<string, number>;
  acked: string[];
  flights: Flight[];
  faultsLeft: number;
}

export type Choice =
  | { what: 'deliver' | 'duplicate'; message: string }
  | { what: 'land'; table: 'pages' | 'plans' }
  | { what: How; flight: Flight; call: Call };

/** A situation, and how one got there. */
export interface Place {
  world: World;
  from: { place: Place; by: Choice } | null;
}

/** How a call can end. The first is no fault. */
export type How =
  | 'done'
  | 'failed'
  | 'unknown, done now'
  | 'unknown, done later'
  | 'crash before'
  | 'crash after';

const MOST_IN_FLIGHT = 2;
/** One more copy of a message that waits is no other situation. */
const MOST_COPIES = 2;
const REQUEST_TEXT = JSON.stringify(REQUEST);

export const firstWorld = (faultsLeft: number): World => ({
  pages: [],
  plans: [],
  late: { pages: [], plans: [] },
  waiting: new Map([[REQUEST_TEXT, 1]]),
  acked: [],
  flights: [],
  faultsLeft,
});

export function waitsFor({ standing }: Flight): Call[] {
  return 'waitsFor' in standing ? standing.waitsFor : [];
}

export function choicesIn({ waiting, flights, late, acked, faultsLeft }: World): Choice[] {
  const choices: Choice[] = [];
  const isPlanning = flights.some(({ delivery }) => delivery.service === 'pagedispatch');
  for (const message of waiting.keys())
    if (flights.length < MOST_IN_FLIGHT && !(message === REQUEST_TEXT && isPlanning))
      choices.push({ what: 'deliver', message });
  for (const flight of flights)
    for (const call of waitsFor(flight))
      for (const what of endingsOf(call, faultsLeft)) choices.push({ what, flight, call });
  for (const table of ['pages', 'plans'] as const)
    if (late[table].length > 0) choices.push({ what: 'land', table });
  if (faultsLeft > 0)
    for (const message of acked) if (!waiting.has(message)) choices.push({ what: 'duplicate', message });
  return choices;
}

function endingsOf({ name }: Call, faultsLeft: number): How[] {
  if (faultsLeft === 0) return ['done'];
  const endings: How[] = ['done', 'failed', 'unknown, done now', 'crash before', 'crash after'];
  return name === 'publish' ? endings : [...endings, 'unknown, done later'];
}

export const isFault = ({ what }: Choice): boolean => !['deliver', 'land', 'done'].includes(what);

/** The world after `choice`, when every handler waits again. */
export async function after(world: World, choice: Choice): Promise<World> {
  const next: World = { ...world, late: { ...world.late }, waiting: new Map(world.waiting) };
  if (isFault(choice)) next.faultsLeft--;
  switch (choice.what) {
    case 'deliver':
      await deliver(next, choice.message);
      break;
    case 'duplicate':
      wait(next, choice.message);
      break;
    case 'land':
      if (choice.table === 'pages') next.pages = [...next.pages, ...next.late.pages];
      else next.plans = [...next.plans, ...next.late.plans];
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
  const isRequest = message === REQUEST_TEXT;
  const flight = await takeOff({
    service: isRequest ? 'pagedispatch' : 'getpage',
    message,
    fetchId: isRequest ? '' : unusedFetchId(world, JSON.parse(message) as PageRequest),
    planning: Math.min(1, world.plans.length + world.late.plans.length),
  });
  await fly(world, flight);
}

/** Canonical, so that two ways to the same situation are seen to be the same. */
function unusedFetchId(world: World, { dispatchId, pageNumber }: PageRequest): string {
  const rows = [...world.pages, ...world.late.pages].map((row) => row.fetch_id);
  const used = new Set([...rows, ...world.flights.map(({ delivery }) => delivery.fetchId)]);
  for (let copy = 1; ; copy++) {
    const id = `${parentOf(dispatchId)}${pageNumber}.${copy}`;
    if (!used.has(id)) return id;
  }
}

function wait(world: World, message: string): void {
  world.waiting.set(message, Math.min(MOST_COPIES, (world.waiting.get(message) ?? 0) + 1));
}

async function end(world: World, how: How, flight: Flight, call: Call): Promise<void> {
  world.flights = world.flights.filter((other) => other !== flight);
  if (how === 'done' || how === 'unknown, done now' || how === 'crash after') store(world, world, call);
  if (how === 'unknown, done later') store(world, world.late, call);
  if (how === 'crash before' || how === 'crash after') wait(world, flight.delivery.message);
  else {
    const answer = how === 'done' ? { call: call.index, value: 'stored' } : { call: call.index, error: how };
    await fly(world, await answered(flight, answer));
  }
}

function store(world: World, where: Pick<World, 'pages' | 'plans'>, { name, about }: Call): void {
  if (name === 'append page') where.pages = [...where.pages, about as PageRow];
  else if (name === 'append plans') where.plans = [...where.plans, ...(about as DispatchRow[])];
  else wait(world, JSON.stringify(about));
}

/** Lets a handler run until it waits for something that may go wrong; its questions are answered at once. */
async function fly(world: World, started: Flight): Promise<void> {
  let flight = started;
  for (let question = questionOf(flight); question; question = questionOf(flight))
    flight = await answered(flight, { call: question.index, value: read(world, question) });
  const { standing, delivery } = flight;
  if (!('result' in standing)) world.flights = [...world.flights, flight];
  else if (standing.result === 'nack') wait(world, delivery.message);
  else if (!world.acked.includes(delivery.message)) world.acked = [...world.acked, delivery.message];
}

const questionOf = (flight: Flight) => waitsFor(flight).find(({ name }) => name.startsWith('read'));

function read(world: World, { name, about }: Call): unknown {
  const tables = tablesOf(world);
  if (name === 'read plans') return tables.plannedOf(REQUEST.runId, about as string[], 0);
  const keys = about as { dispatchId: string; parentId: string; dispatchedAtMs: number }[];
  return keys.map((key): PagesOf => [key.dispatchId, tables.pagesOf(key)]);
}

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
export function nameOf({ pages, plans, late, waiting, acked, flights }: World): string {
  const fetches = (rows: PageRow[]) =>
    PARENTS.map((parent) =>
      rows
        .filter((row) => row.parent_username === parent)
        .map((row) => [row.fetch_id, ...row.lineage].join('<'))
        .sort(),
    );
  const planned = (rows: DispatchRow[]) =>
    rows.map((row) => `${row.parent_username}${row.total_pages}`).sort();
  return [
    fetches(pages),
    planned(plans),
    fetches(late.pages),
    planned(late.plans),
    [...waiting].map(([message, copies]) => `${numberOf(message)}x${copies}`).sort(),
    acked.map(numberOf).sort((a, b) => a - b),
    flights.map(({ id }) => id).sort((a, b) => a - b),
  ].join(';');
}
