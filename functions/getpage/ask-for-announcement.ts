import type { AnnouncementRequest } from '../../shared/messages/announcement-request.ts';
import type { PageRequest } from '../../shared/messages/page-request.ts';
import { endsBefore, type StoredPage } from '../../shared/plan/chain.ts';
import type { GetPagePorts } from './handler.ts';
import { publishOnce } from './publish-once.ts';

/**
 * R31: asks for the announcement of a list that has ended with this page, or before it; once in ten minutes, since other
 * pages of it find that too. Under no ordering key: it may wait, and no page is to wait behind it. Throws RetryLater.
 */
export async function askForAnnouncement(
  { runId, dispatchId, dispatchedAt, parent, pageNumber }: PageRequest,
  pages: StoredPage[],
  { bus, config, published }: Pick<GetPagePorts, 'bus' | 'config' | 'published'>,
): Promise<void> {
  if (!endsBefore(pages, pageNumber + 1)) return;
  const { id, username } = parent;
  const ended = { dispatchId, dispatchedAt, parent: { id, username }, isOver: true, pages: 0 };
  const request: AnnouncementRequest = { runId, dispatches: [ended] };
  await publishOnce(`${dispatchId}/end`, published, () => bus.publish(config.TOPIC_GETPAGE, request));
}
