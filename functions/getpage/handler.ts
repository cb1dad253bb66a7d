import type { Bus } from '../../shared/bus.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Config } from '../../shared/config.ts';
import { RetryLater } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { type Delivery, deliveryOf } from '../../shared/messages/delivery.ts';
import { decodePageRequest, type PageRequest } from '../../shared/messages/page-request.ts';
import { continuationOf, copyOf, isEnd, type StoredPage } from '../../shared/plan/chain.ts';
import { lastPageAllowed } from '../../shared/plan/pages.ts';
import { decodeOrReject } from '../../shared/reject.ts';
import type { CompletedScrapes, PageRow } from '../../shared/warehouse/completed-scrapes.ts';
import type { RejectedMessages } from '../../shared/warehouse/rejected-messages.ts';
import { callX, type Gate } from '../../shared/x/gate.ts';
import type { X } from '../../shared/x/types.ts';
import { overPlanRow, rowOf, storedPageOf } from './page-row.ts';
import type { KnownPages } from './store/known-pages.ts';
import type { PagesInHand } from './store/pages-in-hand.ts';
import type { WarehouseGate } from './store/warehouse-gate.ts';

export interface GetPagePorts {
  bus: Bus;
  scrapes: CompletedScrapes;
  rejected: RejectedMessages;
  x: X;
  gate: Gate;
  warehouseGate: WarehouseGate;
  inHand: PagesInHand;
  known: KnownPages;
  clock: Clock;
  log: Log;
  config: Pick<Config, 'TOPIC_GETPAGE' | 'HANDLER_DEADLINE_MS' | 'PRICE_PER_FRIEND_USD'>;
  newId: () => string;
}

export type GetPageResult = 'rejected' | 'already-complete' | 'list-ended' | 'stored';

/** One page scraped, stored, never twice. Returning acks; RetryLater nacks, and the message comes again. */
export async function getPage(event: unknown, ports: GetPagePorts): Promise<GetPageResult> {
  const delivery = deliveryOf(event, ports.clock.now());
  const deadlineMs = ports.clock.now() + ports.config.HANDLER_DEADLINE_MS;

  // 1. Validate.
  const request = await decodeOrReject(delivery, ports.config.TOPIC_GETPAGE, decodePageRequest, ports);
  if (!request) return 'rejected';
  const { runId, dispatchId, pageNumber } = request;
  const log = { runId, dispatchId, pageNumber };

  try {
    // 2. Waiting costs nothing.
    ports.gate.assertOpen();
    ports.warehouseGate.assertOpen();
    return await ports.inHand.oneAtATime(dispatchId, async () => {
      // 3. One query answers everything, unless the page before was stored here just now.
      const pages = ports.known.before(request) ?? (await storedPages(request, ports));
      const stored = copyOf(pages, pageNumber);
      const isOver = !stored && pages.some((page) => page.pageNumber < pageNumber && isEnd(page));
      if (stored || isOver) ports.inHand.drop(request);
      if (isOver) {
        ports.log.info(log, 'page not needed: the list ended before it');
        return 'list-ended';
      }
      // 4.–6. Fetch and store, or what is held from a failed append.
      const page = stored ?? (await completePage(request, delivery, pages, deadlineMs, ports));
      // 7. Past the plan nobody else publishes the next page.
      await publishContinuation(request, stored ? pages : [...pages, page], page, ports);
      if (stored) ports.log.info(log, 'page already complete');
      return stored ? 'already-complete' : 'stored';
    });
  } catch (error) {
    throw error instanceof RetryLater ? error.with(log) : error;
  }
}

function storedPages(request: PageRequest, ports: GetPagePorts): Promise<StoredPage[]> {
  return ports.scrapes.ofDispatch({
    dispatchId: request.dispatchId,
    parentId: request.parent.id,
    dispatchedAtMs: Date.parse(request.dispatchedAt),
  });
}

async function completePage(
  request: PageRequest,
  delivery: Delivery,
  pages: StoredPage[],
  deadlineMs: number,
  ports: GetPagePorts,
): Promise<StoredPage> {
  const row = ports.inHand.get(request) ?? (await fetchedRow(request, delivery, pages, deadlineMs, ports));
  const stored = storedPageOf(row);
  ports.inHand.keep(request, row);
  // What is known of the dispatch now is not all, until this append is acknowledged, and as it stands here.
  ports.known.forget(request.dispatchId);
  try {
    const how = await ports.scrapes.append(row);
    if (how === 'stored') ports.known.stored(request.dispatchId, [...pages, stored]);
    else ports.log.error({ ...fieldsOf(row), alert: true }, 'page stored without what BigQuery refused');
  } catch (error) {
    ports.warehouseGate.failed();
    throw error;
  }
  ports.warehouseGate.stored();
  ports.inHand.drop(request);
  ports.log.info(fieldsOf(row), row.outcome === 'scraped' ? 'page stored' : 'page unavailable');
  return stored;
}

async function fetchedRow(
  request: PageRequest,
  delivery: Delivery,
  pages: StoredPage[],
  deadlineMs: number,
  ports: GetPagePorts,
): Promise<PageRow> {
  const { pageNumber, totalPages, parent, pageSize } = request;
  const before = pageNumber === 1 ? undefined : copyOf(pages, pageNumber - 1);
  if (pageNumber > 1 && !before) throw new RetryLater('the page before it is not stored yet');
  const fetch = { request, before, pages, fetchId: ports.newId(), messageId: delivery.messageId };
  if (pageNumber > lastPageAllowed(totalPages)) return overPlanRow(fetch, ports.clock.now());

  const ofPage = { id: parent.id, maxResults: pageSize, paginationToken: before?.nextToken ?? null };
  const answer = await callX(ports.gate, deadlineMs, async () => {
    // Only now: while this page waited for its turn, another may have been bought that cannot be stored.
    ports.warehouseGate.assertMayBuy(ports.inHand.held());
    return ports.x.following(ofPage);
  });
  const row = rowOf(fetch, answer, ports.config.PRICE_PER_FRIEND_USD, ports.clock.now());
  if (row.reason === 'refused') ports.log.error({ ...fieldsOf(row), alert: true }, 'X refused the page');
  return row;
}

async function publishContinuation(
  request: PageRequest,
  pages: StoredPage[],
  page: StoredPage,
  ports: GetPagePorts,
): Promise<void> {
  const next = continuationOf(pages, page, request.totalPages);
  if (next === undefined) return;
  const message: PageRequest = { ...request, pageNumber: next };
  await ports.bus.publish(ports.config.TOPIC_GETPAGE, message, { orderingKey: request.dispatchId });
  ports.log.info(
    { runId: request.runId, dispatchId: request.dispatchId, pageNumber: next },
    'list goes on: next page published',
  );
}

function fieldsOf(row: PageRow) {
  const { run_id: runId, dispatch_id: dispatchId, page_number: pageNumber } = row;
  const { outcome, reason, friend_count: friends, cost_usd: costUsd } = row;
  return { runId, dispatchId, pageNumber, outcome, reason, friends, costUsd };
}
