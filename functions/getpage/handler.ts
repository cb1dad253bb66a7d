import type { Bus } from '../../shared/bus.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Config } from '../../shared/config.ts';
import { RetryLater } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import type { Memory } from '../../shared/memory.ts';
import {
  type AnnouncementRequest,
  decodeAnnouncementRequest,
} from '../../shared/messages/announcement-request.ts';
import { deliveryOf } from '../../shared/messages/delivery.ts';
import { PLAN_KEY } from '../../shared/messages/dispatch-request.ts';
import { decodePageRequest, type PageRequest } from '../../shared/messages/page-request.ts';
import { storable } from '../../shared/messages/parts.ts';
import { copyOf, endsBefore, type StoredPage, wayTo } from '../../shared/plan/chain.ts';
import { decodeOrReject } from '../../shared/reject.ts';
import type { StopGuard } from '../../shared/stop-guard.ts';
import type { PageRow } from '../../shared/warehouse/completed-scrapes.ts';
import type { RejectedMessages } from '../../shared/warehouse/rejected-messages.ts';
import { callX, type Gate } from '../../shared/x/gate.ts';
import { type Refusals, refusedPage } from '../../shared/x/refusals.ts';
import type { X } from '../../shared/x/types.ts';
import { type AnnouncePorts, announce } from './announce.ts';
import { askForAnnouncement, type EndRequests } from './ask-for-announcement.ts';
import type { Comparisons } from './comparisons.ts';
import { concluded } from './conclude.ts';
import { nextOfCheck } from './next-of-check.ts';
import { continuation, friendsLeft, goesOnBeyond } from './next-page.ts';
import { rowOf, storedPageOf } from './page-row.ts';
import type { PageStore } from './page-store.ts';
import { publishOnce } from './publish-once.ts';

export interface GetPagePorts extends AnnouncePorts {
  bus: Bus;
  pages: PageStore;
  comparisons: Comparisons;
  endRequests: EndRequests;
  /** What this instance has published just now: of dispatches, by their ids, pages of checks and that they have ended. */
  published: Memory<true>;
  rejected: RejectedMessages;
  x: X;
  gate: Gate;
  stops: StopGuard;
  refusals: Refusals;
  clock: Clock;
  log: Log;
  config: Pick<
    Config,
    | 'TOPIC_GETPAGE'
    | 'TOPIC_PAGEDISPATCH'
    | 'TOPIC_GETMETADATA'
    | 'TOPIC_CHANGES'
    | 'HANDLER_DEADLINE_MS'
    | 'X_DEADLINE_MS'
    | 'PRICE_PER_FRIEND_USD'
  >;
  newId: () => string;
}

export type GetPageResult =
  | 'rejected'
  | 'announced'
  | 'already-complete'
  | 'list-ended'
  | 'not-committed'
  | 'stored';

/** A page that is not stored yet, and what it follows from. */
interface Wanted {
  request: PageRequest;
  /** Everything stored of its dispatch. */
  pages: StoredPage[];
  /** The pages that lead to it, in order. */
  way: StoredPage[];
  /** How many friends it may ask for. */
  most: number;
  messageId: string;
  /** The last moment at which a turn at X is still of use, in ms since 1970. */
  deadlineMs: number;
}

/** One page scraped, stored, never twice. Returning acks; RetryLater nacks, and the message comes again (R1, R13). */
export async function getPage(event: unknown, ports: GetPagePorts): Promise<GetPageResult> {
  const delivery = deliveryOf(event, ports.clock.now());
  const deadlineMs = ports.clock.now() + ports.config.HANDLER_DEADLINE_MS;

  // 1. Validate.
  const decode = (json: unknown): PageRequest | AnnouncementRequest =>
    decodeAnnouncementRequest(json) ?? storable(decodePageRequest(json), ports.clock.now());
  const request = await decodeOrReject(delivery, ports.config.TOPIC_GETPAGE, decode, ports);
  if (!request) return 'rejected';
  if ('dispatches' in request) return announce(request, ports);
  const { runId, dispatchId, pageNumber } = request;
  const log = { runId, dispatchId, pageNumber };

  try {
    // 2. Waiting costs nothing.
    ports.gate.assertOpen();
    return await ports.pages.oneAtATime(request, async () => {
      // So does a stop (R30); what is bought already is stored all the same.
      if (!ports.pages.isHeld(request)) await ports.stops.assertGoes(runId);
      // 3. What is stored answers everything (R14).
      const pages = await ports.pages.pagesOf(request);
      if (copyOf(pages, pageNumber)) {
        await goOn(request, pages, ports);
        ports.log.info(log, 'page already complete');
        return 'already-complete';
      }
      if (endsBefore(pages, pageNumber)) {
        await askForAnnouncement(request, pages, ports);
        ports.log.info(log, 'page not needed: the list ended before it');
        return 'list-ended';
      }
      const way = wayOf(pageNumber, pages);
      const most = friendsLeft(request, way);
      if (most <= 0) {
        if (!request.check) await publishContinuation(request, pageNumber - 1, ports);
        return 'not-committed';
      }
      // 4.–6. Fetch and store, or what is held from a failed append.
      const wanted = { request, pages, way, most, messageId: delivery.messageId, deadlineMs };
      const page = await completePage(wanted, ports);
      // 7. What follows from it (R17, R28, R31).
      await goOn(request, [...pages, page], ports);
      return 'stored';
    });
  } catch (error) {
    throw error instanceof RetryLater ? error.with(log) : error;
  }
}

/** The pages that lead to a page. Throws RetryLater where one of them is not to be seen. */
function wayOf(pageNumber: number, pages: StoredPage[]): StoredPage[] {
  const before = pageNumber === 1 ? undefined : copyOf(pages, pageNumber - 1);
  if (pageNumber > 1 && !before) throw new RetryLater('the page before it is not stored yet');
  const way = wayTo(before, pages);
  if (!way) throw new RetryLater('a page that leads to it is not to be seen yet');
  return way;
}

async function completePage(wanted: Wanted, ports: GetPagePorts): Promise<StoredPage> {
  const bought = await ports.pages.buy(wanted.request, (assertMayBuy) =>
    fetchedRow(wanted, assertMayBuy, ports),
  );
  const { how, row } = await ports.pages.store(bought, wanted.pages);
  if (how === 'reduced')
    ports.log.error({ ...fieldsOf(row), alert: true }, 'page stored without what BigQuery refused');
  ports.log.info(fieldsOf(row), row.outcome === 'scraped' ? 'page stored' : 'page unavailable');
  ports.comparisons.stored(wanted.request, row);
  return storedPageOf(row);
}

async function fetchedRow(
  { request, way, most, messageId, deadlineMs }: Wanted,
  assertMayBuy: () => void,
  ports: GetPagePorts,
): Promise<PageRow> {
  // Before anything is paid for: what a check concludes is stored with its page.
  const comparison = await ports.comparisons.of(request, way);
  const fetch = { request, way, fetchId: ports.newId(), messageId, most };
  const paginationToken = way.at(-1)?.nextToken ?? null;
  let askedMs = ports.clock.now();
  const fetchPage = async () => {
    // Only now: while this page waited for its turn, its run may have been stopped, and another page may have been
    // bought that cannot be stored.
    ports.stops.assertMayBuy(request.runId);
    assertMayBuy();
    askedMs = ports.clock.now();
    const said = await ports.x.following({ id: request.parent.id, maxResults: most, paginationToken });
    return ports.refusals.weigh(`${request.dispatchId}/${request.pageNumber}`, said, refusedPage);
  };
  const answer = await ports.stops.whileWaiting(() => callX(ports.gate, deadlineMs, fetchPage));
  // A machine that stood still meanwhile would take for new what X said long ago.
  const saidMs = Math.min(ports.clock.now(), askedMs + ports.config.X_DEADLINE_MS);
  const row = rowOf(fetch, answer, ports.config.PRICE_PER_FRIEND_USD, saidMs);
  if (answer.kind === 'unavailable' && answer.reason === 'refused') {
    const { detail } = answer;
    ports.log.error({ ...fieldsOf(row), detail, alert: true }, 'X refused the page');
  }
  if (row.reason === 'page_token_rejected' && request.check)
    ports.log.error({ ...fieldsOf(row), alert: true }, TOKEN_REFUSED);
  if (row.outcome === 'unavailable' || !comparison) return row;
  return { ...row, ...concluded(request, row, way, comparison) };
}

const TOKEN_REFUSED =
  'X refused a page token in a check: checks rest on that it takes one with another max_results';

/**
 * Past its plan only the planner says how a list goes on (R17); the pages of a check follow from one another (R28); and a
 * list that is over is announced (R31).
 */
async function goOn(request: PageRequest, pages: StoredPage[], ports: GetPagePorts): Promise<void> {
  if (request.check) await publishNextOfCheck(request, pages, ports);
  else if (goesOnBeyond(request, pages)) await publishContinuation(request, request.pageNumber, ports);
  await askForAnnouncement(request, pages, ports);
}

async function publishNextOfCheck(
  request: PageRequest,
  pages: StoredPage[],
  { bus, config, published }: GetPagePorts,
): Promise<void> {
  const { page, questions } = nextOfCheck(request, pages);
  // A page that comes again would bring the next one again, and that the one after it: more each time.
  if (page)
    await publishOnce(`${page.dispatchId}/${page.pageNumber}`, published, () =>
      bus.publish(config.TOPIC_GETPAGE, page, { orderingKey: page.dispatchId }),
    );
  for (const question of questions) await bus.publish(config.TOPIC_GETMETADATA, question);
}

async function publishContinuation(
  request: PageRequest,
  afterPage: number,
  { bus, config, log }: GetPagePorts,
): Promise<void> {
  await bus.publish(config.TOPIC_PAGEDISPATCH, continuation(request, afterPage), { orderingKey: PLAN_KEY });
  const { runId, dispatchId } = request;
  log.info(
    { runId, dispatchId, pageNumber: afterPage },
    'list goes on beyond its plan: the planner is asked',
  );
}

function fieldsOf(row: PageRow) {
  const { run_id: runId, dispatch_id: dispatchId, page_number: pageNumber } = row;
  const { outcome, reason, friend_count: friends, cost_usd: costUsd } = row;
  return { runId, dispatchId, pageNumber, outcome, reason, friends, costUsd };
}
