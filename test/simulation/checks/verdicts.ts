import { knownListAt } from '../../../functions/getpage/known-list.ts';
import type { CheckRecord } from '../../../shared/check/record.ts';
import { type Reading, readingIn } from '../../../shared/plan/reading.ts';
import { MINUTE_MS } from '../../../shared/times.ts';
import type { PageRow } from '../../../shared/warehouse/completed-scrapes.ts';
import type { DispatchRow } from '../../../shared/warehouse/dispatches.ts';
import { endsCheck, endsList } from '../../model/chain.ts';
import type { TokenStyle } from '../profiles.ts';
import type { Tables } from '../tables.ts';
import { toListedPage } from '../warehouse/questions-of-checks.ts';
import type { XServer } from '../x-server.ts';
import type { Fail } from './fail.ts';
import type { PurchaseCheck } from './purchases.ts';

interface Options {
  tables: Tables;
  purchases: PurchaseCheck;
  x: XServer;
  tokens: TokenStyle;
  note: (what: string) => void;
  fail: Fail;
}

/** A page of a check, and the pages that led to it. */
interface Read {
  row: PageRow;
  check: CheckRecord;
  way: PageRow[];
  listed: Set<string>;
}

/** An answer is heard no later than this after the question, or not at all. */
const ANSWERED_MS = MINUTE_MS;
/** A handler asks who is forgotten before it turns to X, and waits for no longer than this. */
const HANDLED_MS = 10 * MINUTE_MS;

/** What checks conclude, held against what is stored and against the lists as they truly were. */
export class VerdictCheck {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  pageLanded(row: PageRow): void {
    const { check } = row;
    if (!check) return;
    const rows = this.#options.tables.pages.get(row.dispatch_id) ?? [];
    const before = row.lineage.flatMap((id) => rows.find(({ fetch_id }) => fetch_id === id) ?? []);
    // Its way may land later than itself; whom nobody can look up, nothing rests on.
    if (before.length < row.lineage.length) return;
    const way = [...before, row];
    const listed = new Set(way.flatMap(({ friends }) => friends.map(({ id }) => id)));
    const read: Read = { row, check, way, listed };
    this.#saysNothingOfWhatItHasNotRead(read);
    this.#keepsAccounts(read);
    this.#restsOnItsBase(read);
    this.#leavesOutWhoIsForgotten(read);
    this.#callsGoneWhoIsGone(read);
    if (check.ended_by) this.#options.note(`check ended: ${check.ended_by}`);
    if (check.missing.length > 0) this.#options.note('check found somebody gone');
    if (check.withheld.length > 0) this.#options.note('check withheld');
  }

  #saysNothingOfWhatItHasNotRead({ row, check, listed }: Read): void {
    const absent = [...check.missing, ...check.withheld];
    const wrong = (what: string) => this.#options.fail('absence', `${nameOf(row)} ${what}`);
    const isOpen = check.ended_by === null || (check.ended_by !== 'end' && check.frontier_id === null);
    if (isOpen && absent.length > 0) wrong(`says that ${absent.join()} are gone, and met nobody it knows`);
    if (this.#planOf(row).check?.depth === 'collapsed' && check.missing.length > 0)
      wrong(`calls ${check.missing.join()} gone by a count that is not to be believed`);
    const both = absent.filter((id) => listed.has(id));
    if (both.length > 0) wrong(`lists ${both.join()} and says that they are missing`);
    if (check.frontier_id !== null && !listed.has(check.frontier_id))
      wrong(`was met down to ${check.frontier_id}, whom it does not list`);
    if ((check.ended_by === 'end') !== endsList(row)) wrong(`ends by ${check.ended_by} at ${row.next_token}`);
  }

  /** `fewer` and `more` never net out: only a whole list sets them to 0. */
  #keepsAccounts({ row, check }: Read): void {
    const { check: plan } = this.#planOf(row);
    const wrong = (what: string) => this.#options.fail('accounts', `${nameOf(row)} ${what}`);
    if (!plan) {
      wrong('has no plan');
      return;
    }
    if (check.base_dispatch_id !== plan.baseDispatchId) wrong(`rests on ${check.base_dispatch_id}`);
    const { fewer, more, unfound } = check;
    if (fewer < 0 || unfound > fewer) wrong(`has ${fewer} fewer, of them ${unfound} not found`);
    if (check.ended_by === 'end') {
      if (fewer + more > 0) wrong(`has read the whole list and is ${fewer} short, ${more} over`);
      return;
    }
    if (more < plan.carried.more) wrong(`has ${more} more, and began with ${plan.carried.more}`);
    const isAsBefore = [check.appeared, check.missing, check.withheld].every((ids) => ids.length === 0);
    if (!isAsBefore || check.frontier_id === null) return;
    // By how many the count fell so many are gone; what it rose by pays for those first.
    const short = plan.carried.fewer - (plan.count - plan.baseCount);
    if (fewer !== Math.max(0, short) || more !== plan.carried.more + Math.max(0, -short))
      wrong(`found nothing, and has ${fewer} fewer, ${more} more of ${JSON.stringify(plan.carried)}`);
  }

  /** Of whoever was forgotten before the page was asked for it says nothing, whether X lists it or not. */
  #leavesOutWhoIsForgotten({ row, check, way }: Read): void {
    const { certain } = this.#forgottenFor({ row, way });
    const said = [...check.appeared, ...check.missing, ...check.withheld, check.frontier_id ?? ''];
    const forgotten = said.filter((id) => certain.has(id));
    if (forgotten.length > 0)
      this.#options.fail('forgotten', `${nameOf(row)} tells of ${forgotten.join()}, who are to be forgotten`);
    if (certain.size > 0) this.#options.note('check beside forgotten friends');
  }

  /**
   * Accounts that were forgotten before the page was asked for, and those that may have been since its handler began. Of a
   * username that BigQuery has refused on every page nobody knows whose it is.
   */
  #forgottenFor({ row, way }: Pick<Read, 'row' | 'way'>): { certain: Set<string>; possible: Set<string> } {
    const { tables, purchases } = this.#options;
    const atMs = purchases.fetches.get(row.fetch_id)?.atMs ?? 0;
    const friends = [...this.#upToBase(row), ...way].flatMap((page) => page.friends);
    const named = new Set(friends.flatMap(({ id, username }) => (username === undefined ? [] : id)));
    const told = tables.forgotten.filter(({ id, accountId }) => id !== null || named.has(accountId));
    const until = (ms: number) =>
      new Set(told.flatMap(({ sinceMs, accountId }) => (sinceMs <= ms ? accountId : [])));
    return { certain: until(atMs - HANDLED_MS), possible: until(atMs) };
  }

  /** What is stored of its parent up to the base that it is compared with. */
  #upToBase(row: PageRow): PageRow[] {
    const { base } = this.#planOf(row);
    const pages = [...this.#options.tables.pages.values()].flat();
    return pages.filter((page) => page.parent_id === row.parent_id && page.dispatched_at <= (base?.at ?? ''));
  }

  /** Whoever is missing was known, above the frontier; whoever appeared was not. */
  #restsOnItsBase(read: Read): void {
    const { certain, possible } = this.#forgottenFor(read);
    const wrong = this.#wrongAbout(read, certain);
    if (wrong === null || (possible.size > certain.size && this.#wrongAbout(read, possible) === null)) return;
    this.#options.fail('absence', `${nameOf(read.row)} ${wrong}`);
  }

  #wrongAbout({ row, check, listed }: Read, forgotten: Set<string>): string | null {
    const rows = this.#upToBase(row);
    // Of several ends of one dispatch the earliest counts, which may have landed since.
    const ends = Map.groupBy(rows.filter(isEnd), ({ dispatch_id }) => dispatch_id);
    if ([...ends.values()].some((its) => new Set(its.map((end) => end.fetch_id)).size > 1)) return null;
    const pages = rows.map((page) => toListedPage(page));
    const known = knownListAt(check.base_dispatch_id, pages, forgotten);
    if (!known) return 'rests on a list that nobody can find';
    const frontier = check.ended_by === 'end' ? known.ids.length : known.ids.indexOf(check.frontier_id ?? '');
    const places = [...check.missing, ...check.withheld].map((id) => known.ids.indexOf(id));
    if (places.some((place) => place < 0 || place >= frontier))
      return `says of friends at ${places.join()} that they are missing, and was met down to ${frontier}`;
    const old = check.appeared.filter((id) => known.ids.includes(id) || !listed.has(id));
    if (old.length > 0) return `says that ${old.join()} appeared`;
    this.#options.note('known list compared');
    return null;
  }

  /** By the truth: at some moment while it was read, each was not on the list as X shows it. */
  #callsGoneWhoIsGone({ row, check, way }: Read): void {
    const { x, tokens, purchases, fail } = this.#options;
    const person = [...x.people.values()].find(({ id }) => id === row.parent_id);
    const times = way.map(({ fetch_id }) => purchases.fetches.get(fetch_id)?.atMs ?? 0);
    const [fromMs, toMs] = [Math.min(...times), Math.max(...times) + ANSWERED_MS];
    if (!person) return;
    // Where X counts instead of remembering its place, a list that shrinks has holes on X's own side.
    const { absences, misplaced } = person;
    if (tokens === 'offset' && (absences.beganIn(fromMs, toMs) || misplaced.size > 0)) return;
    // All rests on the order of X's list, which every full read tests.
    if (person.reorderedMs < toMs) return;
    const there = check.missing.filter((id) => !absences.has(id, fromMs, toMs) && !misplaced.has(id));
    if (there.length > 0) fail('gone', `${nameOf(row)} says that ${there.join()} are gone, who are there`);
  }

  #planOf({ dispatch_id }: PageRow): Reading {
    const plans = this.#options.tables.plans.get(dispatch_id) ?? [];
    const planned = plans.find(({ status, check_plan }) => status === 'dispatched' && check_plan !== null);
    return checkIn(planned);
  }
}

const nameOf = ({ page_number, dispatch_id }: PageRow) => `page ${page_number} of the check ${dispatch_id}`;

export const isEnd = (page: PageRow): boolean => endsList(page) || endsCheck(page);

export const checkIn = (row?: DispatchRow): Reading =>
  readingIn(row ?? { mode: null, mode_reason: null, base_dispatch_id: null, check_plan: null });
