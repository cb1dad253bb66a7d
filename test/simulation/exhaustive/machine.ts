import { getPage } from '../../../functions/getpage/handler.ts';
import { portsOf as portsOfGetPage } from '../../../functions/getpage/index.ts';
import { pageDispatch } from '../../../functions/pagedispatch/handler.ts';
import { portsOf as portsOfPageDispatch } from '../../../functions/pagedispatch/index.ts';
import type { Wiring } from '../../../functions/wiring.ts';
import { readConfig } from '../../../shared/config.ts';
import { RetryLater } from '../../../shared/errors.ts';
import type { StoredPage } from '../../../shared/plan/chain.ts';
import type { NewPlanning } from '../../../shared/warehouse/dispatches.ts';
import type { Insertion } from '../../../shared/warehouse/insert-once.ts';
import { createGate } from '../../../shared/x/gate.ts';
import { quiet } from '../virtual-time.ts';
import { answerOf, lookedUp } from './lists.ts';

/** What a handler waits for. `about`: a row, rows, a message, or the key of a question. */
export interface Call {
  index: number;
  name: 'read plans' | 'read pages' | 'read committed' | 'append page' | 'insert plans' | 'publish';
  about: unknown;
}

/** How a call ended: with what it was answered, or with an error. */
export type Answer = { call: number; value?: unknown; error?: string };

/** One delivery: everything that its handler has been given determines where it stands. */
interface Delivery {
  service: 'pagedispatch' | 'getpage';
  message: string;
  /** The id of its fetch; and how many plans the parents had before, which decides what a look-up says. */
  fetchId: string;
  planning: number;
  log: Answer[];
}

/** A delivery under way. Two that were given the same are the same object. */
export interface Flight {
  readonly id: number;
  readonly delivery: Delivery;
  /** What it waits for, or how it ended. */
  readonly standing: { waitsFor: Call[] } | { result: 'ack' | 'nack' };
}

/** What is inserted under one job id. */
export interface Insert {
  id: string;
  rows: NewPlanning[];
  /** How many their budget was worked out from. */
  counted: number;
}

/** The pages of a dispatch id. */
export type PagesOf = [string, StoredPage[]];

interface Open extends Call {
  resolve: (value: never) => void;
  reject: (error: Error) => void;
}

const CONFIG = { ...readConfig({}), PAGE_SIZE: 2 };
const SILENT = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
/** Time stands still for the handlers: the world says what was before what. */
const NOW_MS = Date.UTC(2026, 0, 15, 12);
const clock = { now: () => NOW_MS, sleep: () => new Promise<void>(() => undefined) };

const flights = new Map<string, Flight>();

/** The delivery of a message, up to what its handler waits for first. */
export function takeOff(delivery: Omit<Delivery, 'log'>): Promise<Flight> {
  const { service, message, fetchId, planning } = delivery;
  return flightOf(`${service} ${fetchId} ${planning} ${message}`, { ...delivery, log: [] });
}

/** The same delivery after one more answer. */
export function answered({ id, delivery }: Flight, answer: Answer): Promise<Flight> {
  return flightOf(`${id} ${JSON.stringify(answer)}`, { ...delivery, log: [...delivery.log, answer] });
}

/** Runs the real handler with everything that it was answered so far, each delivery in an instance of its own. */
async function flightOf(key: string, delivery: Delivery): Promise<Flight> {
  const known = flights.get(key);
  if (known) return known;
  const flight = { id: flights.size, delivery, standing: await run(delivery) };
  flights.set(key, flight);
  return flight;
}

async function run(delivery: Delivery): Promise<Flight['standing']> {
  const open: Open[] = [];
  let calls = 0;
  const call = <T>(name: Call['name'], about: unknown): Promise<T> =>
    new Promise<T>((resolve, reject) => open.push({ index: calls++, name, about, resolve, reject }));
  let result: 'ack' | 'nack' | null = null;
  handle(delivery, call).then(
    () => {
      result = 'ack';
    },
    (error) => {
      if (!(error instanceof RetryLater)) throw error;
      result = 'nack';
    },
  );
  await quiet();
  for (const answer of delivery.log) {
    const place = open.findIndex(({ index }) => index === answer.call);
    const [answered] = open.splice(place, 1);
    if (answer.error === undefined) answered?.resolve(answer.value as never);
    else answered?.reject(new RetryLater(answer.error));
    await quiet();
  }
  if (result) return { result };
  return { waitsFor: open.map(({ index, name, about }) => ({ index, name, about })) };
}

const nobodyAsks = () => Promise.reject(new Error('whole lists are asked for, and rest on nothing'));

type Outside = <T>(name: Call['name'], about: unknown) => Promise<T>;

function handle({ service, message, fetchId, planning }: Delivery, call: Outside): Promise<unknown> {
  const data = Buffer.from(message).toString('base64');
  // A message is known by what it says: no two say the same.
  const publishTime = new Date(NOW_MS).toISOString();
  const event = { data: { message: { data, messageId: message, publishTime } } };
  // That a list has ended changes nothing for the others: the scope is without it.
  const publish = async (_topic: string, about: object) =>
    'dispatches' in about ? '' : call<string>('publish', about);
  const wiring: Wiring = {
    ...{ clock, log: SILENT, config: CONFIG, newId: () => fetchId },
    bus: {
      publish,
      publishInOrder: async (topic, messages) => {
        for (const message of messages) await publish(topic, message);
      },
    },
    histories: { of: nobodyAsks, brokenOrders: nobodyAsks },
    answers: { of: nobodyAsks },
    announcements: { shown: nobodyAsks, changes: nobodyAsks },
    knownLists: { forgotten: nobodyAsks, pagesOf: nobodyAsks },
    rejected: { append: () => Promise.reject(new Error('nothing is to be rejected')) },
    stops: {
      ...{ stopOf: async () => undefined, assertGoes: async () => undefined, assertMayBuy: () => undefined },
      ...{ whileWaiting: (work) => work(), wentOnMs: () => 0 },
    },
    scrapes: {
      ofDispatch: async (about: unknown) => (await call<PagesOf[]>('read pages', [about]))[0]?.[1] ?? [],
      ofDispatches: async (about: unknown) => new Map(await call<PagesOf[]>('read pages', about)),
      append: async (row) => {
        await call('append page', row);
        return { how: 'stored', row };
      },
    },
    requested: { insert: () => Promise.reject(new Error('what is asked for here is chunks')) },
    dispatches: {
      of: (_runId, about) => call('read plans', about),
      ofAccounts: () => Promise.resolve([]),
      committed: async (runId, dispatchedAtMs, nowMs) => ({
        ...{ runUsd: 0, dayUsd: 0, runPages: 0 },
        counted: { rows: await call<number>('read committed', runId), runId, dispatchedAtMs, nowMs },
      }),
      insert: (rows, id, { rows: counted }) =>
        call<Insertion>('insert plans', { id, rows, counted } satisfies Insert),
    },
    metadata: {
      has: () => Promise.reject(new Error('nobody asks this here')),
      append: () => Promise.resolve([]),
    },
    x: {
      following: (page) => Promise.resolve(answerOf(page, fetchId)),
      lookup: (_by, names) => Promise.resolve(lookedUp(names, planning)),
    },
    gateOf: (endpoint) => createGate({ endpoint, clock }),
  };
  if (service === 'getpage') return getPage(event, portsOfGetPage(wiring));
  return pageDispatch(event, portsOfPageDispatch(wiring));
}
