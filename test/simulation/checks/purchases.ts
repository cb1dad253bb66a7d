import type { Invocation } from '../instance.ts';
import type { Said, Truth } from '../x-server.ts';
import type { Fail } from './fail.ts';

/** One call for one page of a dispatch, whatever came of it. */
export interface Fetch {
  id: string;
  by: Invocation;
  token: string | null;
  atMs: number;
  /** Null: X has not been reached. */
  truth: Truth | null;
  /** The answer did not reach the one who asked, and never will. */
  isLost: boolean;
}

/** No page is bought twice, except where its answer or its row was lost or is not known to be stored. */
export class PurchaseCheck {
  readonly fetches = new Map<string, Fetch>();
  bought = 0;
  /** Why a page was bought once more, and how often. */
  readonly boughtAgain = { 'answer lost': 0, 'instance gone': 0 };
  readonly #nowMs: () => number;
  readonly #fail: Fail;
  readonly #ofPage = new Map<string, Fetch[]>();

  constructor(nowMs: () => number, fail: Fail) {
    this.#nowMs = nowMs;
    this.#fail = fail;
  }

  begin(by: Invocation, token: string | null) {
    const fetch: Fetch = { id: by.fetchId, by, token, atMs: this.#nowMs(), truth: null, isLost: false };
    this.fetches.set(fetch.id, fetch);
    return {
      answered: (said: Said): Said => {
        fetch.truth = said.truth;
        if (said.truth.kind === 'page') this.#bought(fetch);
        return said;
      },
      heard: (isUsable: boolean): void => {
        fetch.isLost = !isUsable;
      },
    };
  }

  #bought(fetch: Fetch): void {
    this.bought++;
    const { dispatchId, pageNumber } = fetch.by.page ?? { dispatchId: '?', pageNumber: 0 };
    const page = `${dispatchId}/${pageNumber}`;
    const earlier = this.#ofPage.get(page) ?? [];
    for (const other of earlier) this.#excuse(other, fetch, page);
    this.#ofPage.set(page, [...earlier, fetch]);
  }

  #excuse(earlier: Fetch, { by }: Fetch, page: string): void {
    if (earlier.isLost) {
      this.boughtAgain['answer lost']++;
      return;
    }
    if (by.shownFetches.has(earlier.id))
      this.#fail('cheap', `page ${page} is bought again although its row was shown to the one who buys`);
    else if (earlier.by.instance === by.instance)
      this.#fail('cheap', `page ${page} is bought again by ${by.instance.name}, which has it in hand`);
    else this.boughtAgain['instance gone']++;
  }
}
