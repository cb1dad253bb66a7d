import { storedPageOf } from '../../../functions/getpage/page-row.ts';
import type { AnnouncementRequest } from '../../../shared/messages/announcement-request.ts';
import { isEnd } from '../../../shared/plan/chain.ts';
import type { Invocation, PageAsked } from '../instance.ts';
import type { Tables } from '../tables.ts';
import type { Fail } from './fail.ts';
import type { PlanCheck } from './plans.ts';

/** Pages are published in order, after their plan is recorded, and as it says. */
export class PublishingCheck {
  readonly #tables: Tables;
  readonly #fail: Fail;
  readonly #plans: PlanCheck;
  readonly #topic: string;

  constructor(tables: Tables, plans: PlanCheck, topicOfPages: string, fail: Fail) {
    this.#tables = tables;
    this.#plans = plans;
    this.#topic = topicOfPages;
    this.#fail = fail;
  }

  /** Returns what to call when the publish is over. */
  begin(invocation: Invocation, topic: string, message: object): (how: 'done' | 'failed') => void {
    if (invocation.instance.service === 'getpage') this.#fromGetPage(invocation, message);
    if (topic !== this.#topic || 'dispatches' in message) return () => undefined;
    const page = message as PageAsked;
    this.#plans.publishing(page);
    const { dispatchId, pageNumber } = page;
    const before = invocation.published.get(dispatchId);
    if (before?.state === 'under way')
      this.#fail(
        'order',
        `pages ${before.pageNumber} and ${pageNumber} of ${dispatchId} are published side by side`,
      );
    if (before?.state === 'failed')
      this.#fail(
        'order',
        `page ${pageNumber} of ${dispatchId} is published although ${before.pageNumber} failed`,
      );
    if (before && before.pageNumber >= pageNumber)
      this.#fail('order', `page ${pageNumber} of ${dispatchId} is published after page ${before.pageNumber}`);
    const now = { pageNumber, state: 'under way' as 'under way' | 'done' | 'failed' };
    invocation.published.set(dispatchId, now);
    return (how) => {
      now.state = how;
    };
  }

  #fromGetPage({ page, message: { body } }: Invocation, message: object): void {
    // Of what is announced checks/announcements.ts knows more.
    if (body && 'dispatches' in body) return;
    if ('dispatches' in message) this.#asEnd(message as AnnouncementRequest);
    else if (page?.check) this.#ofCheck(page, message as PageAsked & { role?: string });
    else this.#asContinuation(message);
  }

  /** R28: the next page of a check that goes on, once its page is stored; a question once it has ended. */
  #ofCheck(from: PageAsked, message: PageAsked & { role?: string }): void {
    const { dispatchId, pageNumber } = from;
    const pages = this.#tables.pages.get(dispatchId) ?? [];
    const stored = pages.filter((row) => row.page_number === pageNumber);
    const name = `after page ${pageNumber} of ${dispatchId}`;
    if (message.dispatchId !== dispatchId || stored.length === 0)
      this.#fail('order', `${JSON.stringify(message)} is published ${name}, which is not stored`);
    if (message.role !== undefined) {
      if (!pages.some((row) => row.check?.ended_by))
        this.#fail('order', `a friend is asked for ${name}, of a check that goes on`);
    } else if (message.pageNumber !== pageNumber + 1 || stored.every((row) => row.check?.ended_by !== null))
      this.#fail('order', `page ${message.pageNumber} is published ${name}, where the check has ended`);
  }

  /** A list is said to have ended once a page that ends it is stored. */
  #asEnd({ dispatches }: AnnouncementRequest): void {
    for (const { dispatchId } of dispatches) {
      const pages = (this.#tables.pages.get(dispatchId) ?? []).map(storedPageOf);
      if (!pages.some(isEnd)) this.#fail('order', `${dispatchId} is said to have ended, and has not`);
    }
  }

  /** Only the planner says how a list goes on, and is asked once the page before is stored. */
  #asContinuation(message: object): void {
    const { continues } = message as { continues?: { dispatchId: string; afterPage: number } };
    if (!continues) this.#fail('budget', `getpage publishes ${JSON.stringify(message)}`);
    const { dispatchId = '?', afterPage = 0 } = continues ?? {};
    const stored = this.#tables.pages.get(dispatchId) ?? [];
    if (!stored.some((row) => row.page_number === afterPage))
      this.#fail('order', `${dispatchId} is said to go on after page ${afterPage}, which is not stored`);
  }
}
