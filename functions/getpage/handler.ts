import type { Bus } from '../../shared/bus.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Config } from '../../shared/config.ts';
import { RetryLater } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { deliveryOf } from '../../shared/messages/delivery.ts';
import { decodePageRequest, type PageRequest } from '../../shared/messages/page-request.ts';
import { continuationOf, copyOf, endsBefore, type StoredPage } from '../../shared/plan/chain.ts';
import { lastPageAllowed } from '../../shared/plan/pages.ts';
import { decodeOrReject } from '../../shared/reject.ts';
import type { PageRow } from '../../shared/warehouse/completed-scrapes.ts';
import type { RejectedMessages } from '../../shared/warehouse/rejected-messages.ts';
import { callX, type Gate } from '../../shared/x/gate.ts';
import type { X } from '../../shared/x/types.ts';
import { overPlanRow, rowOf, storedPageOf } from './page-row.ts';
import type { PageStore } from './page-store.ts';

export interface GetPagePorts {
  bus: Bus;
  pages: PageStore;
  rejected: RejectedMessages;
  x: X;
  gate: Gate;
  clock: Clock;
  log: Log;
  config: Pick<Config, 'TOPIC_GETPAGE' | 'HANDLER_DEADLINE_MS' | 'PRICE_PER_FRIEND_USD'>;
  newId: () => string;
}

export type GetPageResult = 'rejected' | 'already-complete' | 'list-ended' | 'stored';

/** A page that is not stored yet, and what it follows from. */
interface Wanted {
  request: PageRequest;
  /** Everything stored of its dispatch. */
  pages: StoredPage[];
  messageId: string;
  /** The last moment at which a turn at X is still of use, in ms since 1970. */
  deadlineMs: number;
}

/** One page scraped, stored, never twice. Returning acks; RetryLater nacks, and the message comes again (R1, R13). */
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
    return await ports.pages.oneAtATime(dispatchId, async () => {
      // 3. What is stored answers everything (R14).
      const pages = await ports.pages.pagesOf(request);
      const stored = copyOf(pages, pageNumber);
      if (!stored && endsBefore(pages, pageNumber)) {
        ports.log.info(log, 'page not needed: the list ended before it');
        return 'list-ended';
      }
      // 4.–6. Fetch and store, or what is held from a failed append.
      const wanted = { request, pages, messageId: delivery.messageId, deadlineMs };
      const page = stored ?? (await completePage(wanted, ports));
      // 7. Past the plan nobody else publishes the next page (R17).
      await publishContinuation(request, stored ? pages : [...pages, page], page, ports);
      if (stored) ports.log.info(log, 'page already complete');
      return stored ? 'already-complete' : 'stored';
    });
  } catch (error) {
    throw error instanceof RetryLater ? error.with(log) : error;
  }
}

async function completePage(wanted: Wanted, ports: GetPagePorts): Promise<StoredPage> {
  const row = await ports.pages.buy(wanted.request, (assertMayBuy) =>
    fetchedRow(wanted, assertMayBuy, ports),
  );
  const how = await ports.pages.store(row, wanted.pages);
  if (how === 'reduced')
    ports.log.error({ ...fieldsOf(row), alert: true }, 'page stored without what BigQuery refused');
  ports.log.info(fieldsOf(row), row.outcome === 'scraped' ? 'page stored' : 'page unavailable');
  return storedPageOf(row);
}

async function fetchedRow(
  { request, pages, messageId, deadlineMs }: Wanted,
  assertMayBuy: () => void,
  ports: GetPagePorts,
): Promise<PageRow> {
  const { pageNumber, totalPages, parent, pageSize } = request;
  const before = pageNumber === 1 ? undefined : copyOf(pages, pageNumber - 1);
  if (pageNumber > 1 && !before) throw new RetryLater('the page before it is not stored yet');
  const fetch = { request, before, pages, fetchId: ports.newId(), messageId };
  if (pageNumber > lastPageAllowed(totalPages)) return overPlanRow(fetch, ports.clock.now());

  const ofPage = { id: parent.id, maxResults: pageSize, paginationToken: before?.nextToken ?? null };
  const answer = await callX(ports.gate, deadlineMs, () => {
    // Only now: while this page waited for its turn, another may have been bought that cannot be stored.
    assertMayBuy();
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
  const { runId, dispatchId } = request;
  const message: PageRequest = { ...request, pageNumber: next };
  await ports.bus.publish(ports.config.TOPIC_GETPAGE, message, { orderingKey: dispatchId });
  ports.log.info({ runId, dispatchId, pageNumber: next }, 'list goes on: next page published');
}

function fieldsOf(row: PageRow) {
  const { run_id: runId, dispatch_id: dispatchId, page_number: pageNumber } = row;
  const { outcome, reason, friend_count: friends, cost_usd: costUsd } = row;
  return { runId, dispatchId, pageNumber, outcome, reason, friends, costUsd };
}
