import { MINUTE_MS } from '../../../shared/times.ts';
import type { PageRow } from '../../../shared/warehouse/completed-scrapes.ts';
import type { Chain } from '../../model/chain.ts';
import { progressOf } from '../../model/progress.ts';
import type { TokenStyle } from '../profiles.ts';
import type { Tables } from '../tables.ts';
import type { Truth, XServer } from '../x-server.ts';
import type { Fail } from './fail.ts';
import { chargedFor, type Fetch, type PurchaseCheck } from './purchases.ts';
import { flawOf } from './unbroken.ts';

interface Options {
  tables: Tables;
  purchases: PurchaseCheck;
  /** Whether BigQuery refuses the row, or a part of it. */
  isObjectedTo: (row: PageRow) => boolean;
  x: XServer;
  tokens: TokenStyle;
  friendUsd: number;
  nowMs: () => number;
  fail: Fail;
}

/** X's window, three times. */
const GIVEN_UP_AFTER_MS = 3 * 15 * MINUTE_MS;

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
    // An end of a check that was bought twice counts by its earliest copy, which may land last: it has ended all the same.
    const hasEndedBefore =
      row.mode === 'check' && shown.some(({ chain }) => chain?.isEnded && chain.head === row);
    if (this.complete.has(row.dispatch_id) && !isComplete && !hasEndedBefore)
      fail('honest end', `${row.dispatch_id} was complete, and is not any more`);
    if (isComplete) this.complete.add(row.dispatch_id);
    else this.complete.delete(row.dispatch_id);
  }

  /** The pages that led to it, and itself, bring no more friends than had been committed. */
  #isWithinItsPlan(row: PageRow, name: string): void {
    const { tables, fail } = this.#options;
    const way = [...row.lineage, row.fetch_id].map((id) => this.#fetch(id));
    const bought = way.reduce((sum, fetch) => sum + (fetch ? chargedFor(fetch) : 0), 0);
    const plans = (tables.plans.get(row.dispatch_id) ?? []).filter(({ status }) => status === 'dispatched');
    const committed = Math.max(0, ...plans.map((plan) => plan.max_friends ?? 0));
    if (row.max_friends > committed) fail('budget', `${name} may buy ${row.max_friends}, of ${committed}`);
    if (bought > row.max_friends) fail('budget', `${name} brings it to ${bought}, of ${row.max_friends}`);
  }

  #isWhatXSaid(row: PageRow, name: string): void {
    const fetch = this.#fetch(row.fetch_id);
    const wrong = (what: string) => this.#options.fail('honest rows', `${name}: ${what}`);
    if (fetch && fetch.token !== row.page_token)
      wrong(`asked by ${fetch.token}, stored with ${row.page_token}`);
    if (row.page_number > row.total_pages) wrong(`bought beyond a plan of ${row.total_pages} pages`);
    const isReduced = row.problems.some(({ source }) => source === 'bigquery');
    if (isReduced && !this.#options.isObjectedTo(row)) wrong('reduced, though BigQuery takes it as it is');
    if (row.outcome === 'unavailable' && row.reason !== 'cursor_loop') this.#isUnavailable(row, fetch, wrong);
    else if (fetch?.truth?.kind !== 'page')
      wrong(`scraped, but X said ${JSON.stringify(fetch?.truth ?? null)}`);
    else this.#hasItsFriends(row, fetch.truth, isReduced, wrong);
  }

  #isUnavailable(row: PageRow, fetch: Fetch | undefined, wrong: (what: string) => void): void {
    const { purchases, nowMs } = this.#options;
    const truth = fetch?.truth ?? null;
    if (truth?.kind === 'unavailable' && truth.reason === row.reason) return;
    // What nothing can be stored of is given up, visibly.
    if (row.reason === 'refused' && this.#options.isObjectedTo(row)) return;
    const sinceMs = row.reason === 'refused' && fetch?.isLost ? purchases.unusableSince(fetch) : undefined;
    if (sinceMs === undefined) wrong(`unavailable (${row.reason}), but X said ${JSON.stringify(truth)}`);
    else if (nowMs() - sinceMs < GIVEN_UP_AFTER_MS)
      wrong(`given up ${nowMs() - sinceMs} ms after X first gave no answer that can be used`);
  }

  #hasItsFriends(
    row: PageRow,
    { friends, unknown, nextToken }: Extract<Truth, { kind: 'page' }>,
    isReduced: boolean,
    wrong: (what: string) => void,
  ): void {
    const ids = row.friends.map(({ id }) => id).join();
    if (ids !== friends.join()) wrong(`friends ${ids}, but X said ${friends.join()}`);
    if (row.unknown_friends.join() !== unknown.join())
      wrong(`unknown ${row.unknown_friends.join()}, but X named ${unknown.join()}`);
    if (!isReduced && row.friends.some(({ description }) => description === undefined))
      wrong('what friends say of themselves is lost');
    if (row.next_token !== nextToken) wrong(`goes on with ${row.next_token}, X said ${nextToken}`);
    if (Math.abs(row.cost_usd - friends.length * this.#options.friendUsd) > 1e-9)
      wrong(`cost $${row.cost_usd}`);
    if ((row.outcome === 'unavailable') !== this.#goesInCircles(row))
      wrong(`${row.outcome}, but the list ${this.#goesInCircles(row) ? 'goes' : 'does not go'} in circles`);
  }

  #fetch(id: string): Fetch | undefined {
    return this.#options.purchases.fetches.get(id);
  }

  /** Whether the list comes back to where this page's chain has been, or is empty for the third time in a row. */
  #goesInCircles(row: PageRow): boolean {
    if (row.next_token === null) return false;
    const chain = [...row.lineage, row.fetch_id].map((id) => this.#fetch(id));
    if (chain.some((fetch) => fetch?.token === row.next_token)) return true;
    // Of a check the pages are few, and X may have left out all that was on some.
    if (row.mode === 'check') return false;
    const lastThree = chain.slice(-3).map((fetch) => fetch?.truth);
    return (
      lastThree.length === 3 &&
      lastThree.every((truth) => truth?.kind === 'page' && truth.friends.length === 0)
    );
  }

  #isUnbroken(chain: Chain, dispatchId: string): void {
    const { fail } = this.#options;
    const flaw = flawOf(chain);
    if (flaw) fail('honest end', `${dispatchId}: ${flaw}`);
    const first = chain.pages[0] && this.#fetch(chain.pages[0].fetch_id);
    if (!chain.isComplete || !first) return;
    const named = chain.pages.flatMap((page) => page.unknown_friends);
    const shown = new Set([...chain.friends.map(({ id }) => id), ...named]);
    this.#hasNoHole(chain.head, shown, first.atMs, dispatchId);
  }

  /** Whoever was on the list when its first page was fetched, and still is, is shown. */
  #hasNoHole(head: PageRow, shown: Set<string>, sinceMs: number, dispatchId: string): void {
    const { x, tokens, fail } = this.#options;
    const person = [...x.people.values()].find(({ id }) => id === head.parent_id);
    // Where X counts instead of remembering its place, a list that shrinks has holes on X's own side.
    if (!person || (tokens === 'offset' && person.left.size + person.misplaced.size > 0)) return;
    const untilMs = this.#options.nowMs();
    if (person.reorderedMs >= sinceMs && person.reorderedMs <= untilMs) return;
    const isExcused = (id: string) =>
      person.left.has(id) || person.misplaced.has(id) || person.absences.has(id, sinceMs, untilMs);
    const missed = person.follows.filter(
      ({ id, sinceMs: since }) => since <= sinceMs && !shown.has(id) && !isExcused(id),
    );
    if (missed.length > 0)
      fail('honest end', `${dispatchId} is complete without ${missed.map(({ id }) => id).join()}`);
  }
}
