import type { PageRow } from '../../../shared/warehouse/completed-scrapes.ts';
import type { Chain } from '../../model/chain.ts';
import { progressOf } from '../../model/progress.ts';
import type { TokenStyle } from '../profiles.ts';
import type { Tables } from '../tables.ts';
import type { XServer } from '../x-server.ts';
import type { Fail } from './fail.ts';
import type { Fetch } from './purchases.ts';
import { flawOf } from './unbroken.ts';

interface Options {
  tables: Tables;
  fetches: Map<string, Fetch>;
  x: XServer;
  tokens: TokenStyle;
  friendUsd: number;
  nowMs: () => number;
  fail: Fail;
}

/** What the views show of a dispatch, each time a page of it is stored: nothing double, nothing broken, no hole. */
export class ChainCheck {
  readonly #options: Options;
  readonly complete = new Set<string>();

  constructor(options: Options) {
    this.#options = options;
  }

  /** A row that was stored late is seen by queries from now on: what is complete for them is whole. */
  pageSeen({ dispatch_id: id }: PageRow): void {
    const { tables, nowMs } = this.#options;
    const pages = (tables.pages.get(id) ?? []).filter((row) => tables.isSeen(row, nowMs()));
    for (const { chain } of progressOf(tables.plans.get(id) ?? [], pages, nowMs()))
      if (chain?.isComplete) this.#isUnbroken(chain, id);
  }

  pageLanded(row: PageRow): void {
    const { tables, fail, nowMs } = this.#options;
    const name = `page ${row.page_number} of ${row.dispatch_id}`;
    this.#isWhatXSaid(row, name);
    const pages = tables.pages.get(row.dispatch_id) ?? [];
    const shown = progressOf(tables.plans.get(row.dispatch_id) ?? [], pages, nowMs());
    if (shown.length !== 1) fail('no double rows', `${row.dispatch_id} is shown ${shown.length} times`);
    this.#isWithinItsPlan(row, name);
    for (const { chain } of shown) if (chain) this.#isUnbroken(chain, row.dispatch_id);
    const isComplete = shown.some(({ state }) => state === 'complete');
    if (this.complete.has(row.dispatch_id) && !isComplete)
      fail('honest end', `${row.dispatch_id} was complete, and is not any more`);
    if (isComplete) this.complete.add(row.dispatch_id);
  }

  /** The pages that led to it, and itself, bring no more friends than had been committed. */
  #isWithinItsPlan(row: PageRow, name: string): void {
    const { tables, fetches, fail } = this.#options;
    const way = [...row.lineage, row.fetch_id].map((id) => fetches.get(id)?.truth);
    const bought = way.reduce((sum, truth) => sum + (truth?.kind === 'page' ? truth.friends.length : 0), 0);
    const plans = (tables.plans.get(row.dispatch_id) ?? []).filter(({ status }) => status === 'dispatched');
    const committed = Math.max(0, ...plans.map((plan) => plan.max_friends ?? 0));
    if (row.max_friends > committed) fail('budget', `${name} may buy ${row.max_friends}, of ${committed}`);
    if (bought > row.max_friends) fail('budget', `${name} brings it to ${bought}, of ${row.max_friends}`);
  }

  #isWhatXSaid(row: PageRow, name: string): void {
    const { fail, friendUsd } = this.#options;
    const fetch = this.#options.fetches.get(row.fetch_id);
    const truth = fetch?.truth ?? null;
    const wrong = (what: string) => fail('honest rows', `${name}: ${what}`);
    if (fetch && fetch.token !== row.page_token)
      wrong(`asked by ${fetch.token}, stored with ${row.page_token}`);
    if (row.page_number > row.total_pages) wrong(`bought beyond a plan of ${row.total_pages} pages`);
    else if (row.outcome === 'unavailable' && row.reason !== 'cursor_loop') {
      if (truth?.kind !== 'unavailable' || truth.reason !== row.reason)
        wrong(`unavailable (${row.reason}), but X said ${JSON.stringify(truth)}`);
    } else if (truth?.kind !== 'page') wrong(`scraped, but X said ${JSON.stringify(truth)}`);
    else {
      const ids = row.friends.map(({ id }) => id).join();
      if (ids !== truth.friends.join()) wrong(`friends ${ids}, but X said ${truth.friends.join()}`);
      if (row.next_token !== truth.nextToken)
        wrong(`goes on with ${row.next_token}, X said ${truth.nextToken}`);
      if (Math.abs(row.cost_usd - truth.friends.length * friendUsd) > 1e-9) wrong(`cost $${row.cost_usd}`);
      if ((row.outcome === 'unavailable') !== this.#goesInCircles(row))
        wrong(`${row.outcome}, but the list ${this.#goesInCircles(row) ? 'goes' : 'does not go'} in circles`);
    }
  }

  /** Whether the list comes back to where this page's chain has been, or is empty for the third time in a row. */
  #goesInCircles(row: PageRow): boolean {
    if (row.next_token === null) return false;
    const chain = [...row.lineage, row.fetch_id].map((id) => this.#options.fetches.get(id));
    if (chain.some((fetch) => fetch?.token === row.next_token)) return true;
    const lastThree = chain.slice(-3).map((fetch) => fetch?.truth);
    return (
      lastThree.length === 3 &&
      lastThree.every((truth) => truth?.kind === 'page' && truth.friends.length === 0)
    );
  }

  #isUnbroken(chain: Chain, dispatchId: string): void {
    const { fail, fetches } = this.#options;
    const flaw = flawOf(chain);
    if (flaw) fail('honest end', `${dispatchId}: ${flaw}`);
    const first = chain.pages[0] && fetches.get(chain.pages[0].fetch_id);
    if (!chain.isComplete || !first) return;
    const shown = new Set(chain.friends.map(({ id }) => id));
    this.#hasNoHole(chain.head, shown, first.atMs, dispatchId);
  }

  /** Whoever was on the list when its first page was fetched, and still is, is shown. */
  #hasNoHole(head: PageRow, shown: Set<string>, sinceMs: number, dispatchId: string): void {
    const { x, tokens, fail } = this.#options;
    const person = [...x.people.values()].find(({ id }) => id === head.parent_id);
    // Where X counts instead of remembering its place, a list that shrinks has holes on X's own side.
    if (!person || (tokens === 'offset' && person.left.size > 0)) return;
    const missed = person.follows.filter(
      ({ id, sinceMs: since }) => since <= sinceMs && !shown.has(id) && !person.left.has(id),
    );
    if (missed.length > 0)
      fail('honest end', `${dispatchId} is complete without ${missed.map(({ id }) => id).join()}`);
  }
}
