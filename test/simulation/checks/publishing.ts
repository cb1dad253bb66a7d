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
    if (topic !== this.#topic) return () => undefined;
    const page = message as PageAsked;
    if (invocation.instance.service === 'pagedispatch') this.#plans.publishing(page);
    else this.#asContinuation(page);
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

  #asContinuation({ dispatchId, pageNumber, totalPages }: PageAsked): void {
    const stored = this.#tables.pages.get(dispatchId) ?? [];
    if (!stored.some((row) => row.page_number === pageNumber - 1))
      this.#fail(
        'order',
        `page ${pageNumber} of ${dispatchId} is published before page ${pageNumber - 1} is stored`,
      );
    if (pageNumber <= totalPages)
      this.#fail(
        'order',
        `page ${pageNumber} of ${dispatchId} is within its plan, and published all the same`,
      );
  }
}
