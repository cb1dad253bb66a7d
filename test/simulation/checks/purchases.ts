import { DAY_MS } from '../../../shared/times.ts';
import type { WaitCause } from '../../../shared/x/types.ts';
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
  /** The answer did not reach the one who asked, or could not be used, and never will. */
  isLost: boolean;
  /** It reached the one who asked, and said nothing that can be used. */
  isInVain: boolean;
  /** How many friends X has charged for on the pages that led to it: of several ways on the cheapest. */
  before: number;
}

export type Again = 'answer lost' | 'answer unusable' | 'instance gone' | 'other instance';

interface Options {
  nowMs: () => number;
  /** Whether anything has happened by which an instance may not know what another one has bought. */
  mayBeGone: () => boolean;
  fail: Fail;
}

/** Answers that nobody can use and that one instance pays for, of one page: two, and one in each of three windows and after. */
const MOST_UNUSABLE = 6;
/** For so long it is known what was paid for in vain. */
const REMEMBERED_MS = DAY_MS;

/**
 * No page is bought twice by an instance that has stored it or has it in hand, nor by one that was shown its row. What is
 * bought again for other reasons is counted by the reason.
 */
export class PurchaseCheck {
  readonly fetches = new Map<string, Fetch>();
  /** Pages, and friends on them. */
  bought = 0;
  charged = 0;
  chargedAgain = 0;
  readonly boughtAgain: Record<Again, number> = {
    'answer lost': 0,
    'answer unusable': 0,
    'instance gone': 0,
    'other instance': 0,
  };
  readonly #options: Options;
  readonly #ofPage = new Map<string, Fetch[]>();

  constructor(options: Options) {
    this.#options = options;
  }

  begin(by: Invocation, token: string | null) {
    const atMs = this.#options.nowMs();
    const before = this.#before(by, token);
    if (by.page && by.shownEnd < by.page.pageNumber)
      this.#options.fail('cheap', `page ${pageOf(by)} is bought although its dispatch has ended`);
    const fetch: Fetch = {
      id: by.fetchId,
      by,
      token,
      atMs,
      truth: null,
      isLost: false,
      isInVain: false,
      before,
    };
    this.fetches.set(fetch.id, fetch);
    return {
      before,
      answered: (said: Said): Said => {
        fetch.truth = said.truth;
        if (chargedFor(fetch) > 0 || said.truth.kind === 'page') this.#bought(fetch);
        return said;
      },
      /** `wait`: why it was no answer; null: it was one. */
      heard: (wait: WaitCause | null): void => {
        fetch.isLost = wait !== null;
        fetch.isInVain = wait === 'unreadable' || wait === 'not-understood';
      },
    };
  }

  /** Since when X has given no usable answer for the page of that fetch; undefined: it never failed to. */
  unusableSince({ by }: Fetch): number | undefined {
    const page = pageOf(by);
    return [...this.fetches.values()].find((fetch) => fetch.isLost && pageOf(fetch.by) === page)?.atMs;
  }

  #before({ page }: Invocation, token: string | null): number {
    if (token === null || !page) return 0;
    const ways = (this.#ofPage.get(`${page.dispatchId}/${page.pageNumber - 1}`) ?? []).filter(
      ({ truth }) => truth?.kind === 'page' && truth.nextToken === token,
    );
    return ways.length === 0 ? 0 : Math.min(...ways.map((fetch) => fetch.before + chargedFor(fetch)));
  }

  #bought(fetch: Fetch): void {
    this.bought++;
    this.charged += chargedFor(fetch);
    const page = pageOf(fetch.by);
    const earlier = this.#ofPage.get(page) ?? [];
    this.#ofPage.set(page, [...earlier, fetch]);
    const unusable = earlier.filter(
      ({ isInVain, by, atMs }) =>
        isInVain && by.instance === fetch.by.instance && atMs > fetch.atMs - REMEMBERED_MS,
    );
    if (unusable.length > MOST_UNUSABLE)
      this.#options.fail(
        'cheap',
        `${fetch.by.instance.name} has paid ${unusable.length} times for ${page} in vain`,
      );
    const why = earlier.map((other) => this.#excuse(other, fetch, page)).at(-1);
    if (!why) return;
    this.boughtAgain[why]++;
    this.chargedAgain += chargedFor(fetch);
  }

  #excuse(earlier: Fetch, { by }: Fetch, page: string): Again {
    const { fail, mayBeGone } = this.#options;
    if (earlier.isLost) return earlier.isInVain ? 'answer unusable' : 'answer lost';
    const { instance } = earlier.by;
    if (by.shownFetches.has(earlier.id))
      fail('cheap', `page ${page} is bought again although its row was shown to the one who buys`);
    else if (instance === by.instance)
      fail('cheap', `page ${page} is bought again by ${instance.name}, which has it in hand`);
    else if (!mayBeGone()) fail('cheap', `page ${page} is bought again by ${by.instance.name} for no reason`);
    return instance.alive ? 'other instance' : 'instance gone';
  }
}

function pageOf({ page }: Invocation): string {
  return `${page?.dispatchId}/${page?.pageNumber}`;
}

/** How many friends X takes money for. */
export function chargedFor({ truth }: Pick<Fetch, 'truth'>): number {
  if (truth?.kind === 'page') return truth.friends.length;
  return truth?.kind === 'wait' ? truth.charged : 0;
}
