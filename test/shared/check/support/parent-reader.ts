import { align } from '../../../../shared/check/align.ts';
import { baseChain } from '../../../../shared/check/base-chain.ts';
import type { Answer } from '../../../../shared/check/carried-over.ts';
import type { EndedDispatch } from '../../../../shared/check/ended-dispatch.ts';
import { type KnownList, knownList } from '../../../../shared/check/known-list.ts';
import { nextPageSize } from '../../../../shared/check/next-page.ts';
import {
  ORDER_WINDOW_DAYS,
  type OrderCounts,
  type OrderHealth,
  orderHealth,
  orderOf,
} from '../../../../shared/check/order-health.ts';
import type { CheckPlan } from '../../../../shared/check/plan.ts';
import { planCheck, type ReadingMode } from '../../../../shared/check/plan-check.ts';
import { type Verdict, verdictOf } from '../../../../shared/check/verdict.ts';
import { DAY_MS } from '../../../../shared/times.ts';
import type { SimulatedList } from './simulated-list.ts';

export interface Settings {
  parentId: string;
  keyframeDays: number;
  maxDepth: number | null;
}

/** One dispatch as it went. */
export interface Dispatched {
  planning: ReadingMode;
  /** What was known before it. */
  known: KnownList;
  /** Friend ids of each page, as X returned them. */
  pages: string[][];
  /** X's list was over with the last of them. */
  isWhole: boolean;
  /** What was asked for, page by page. */
  sizes: number[];
  /** Of a check, after each page; the last one ended it. */
  verdicts: Verdict[];
  state: EndedDispatch['state'];
  followed: string[];
  gone: string[];
  /** Accounts that X is asked about afterwards. */
  asked: string[];
}

interface Stored extends EndedDispatch {
  listed: string[];
}

export const NONE: ReadonlySet<string> = new Set();

/** What planner and getpage do with the module, for one parent, on a list in memory. */
export class ParentReader {
  readonly #settings: Settings;
  /** Newest first. */
  #stored: Stored[] = [];
  #answers: Answer[] = [];
  #order: { atMs: number; counts: OrderCounts }[] = [];
  /** What was ever made of X's order. */
  worstOrder: OrderHealth = 'sound';

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** `count` as X says it, which is not always right. `between` is called after each page. */
  dispatch(list: SimulatedList, count: number, atMs: number, between = () => {}): Dispatched {
    const planning = this.plan(count, atMs);
    const known = this.known();
    const done =
      planning.mode === 'check'
        ? this.#check(list, planning.plan, known, between)
        : this.#full(list, known, between);
    const stored: Stored = {
      dispatchId: `d${atMs}`,
      mode: planning.mode,
      modeReason: planning.reason,
      state: done.state,
      dispatchedAtMs: atMs,
      friendsCount: count,
      check: done.verdicts.at(-1)?.record ?? null,
      returned: done.pages.flat().length,
      listed: [...new Set(done.pages.flat())],
    };
    this.#stored = isFullRead(stored) ? [stored] : [stored, ...this.#stored];
    this.#order = [{ atMs, counts: done.order }, ...this.#order];
    const health = orderHealth(this.#order.map(({ counts }) => counts));
    if (health === 'broken' || this.worstOrder === 'sound') this.worstOrder = health;
    this.#answers = done.asked.map((id) => ({ id, status: statusOf(list, id) }));
    return { ...done, planning, known };
  }

  plan(count: number, atMs: number): ReadingMode {
    const { parentId, keyframeDays, maxDepth } = this.#settings;
    this.#order = this.#order.filter((read) => read.atMs > atMs - ORDER_WINDOW_DAYS * DAY_MS);
    return planCheck({
      parentId,
      friendsCount: count,
      atMs,
      keyframeDays,
      maxDepth,
      dispatches: this.#stored,
      answers: this.#answers,
      order: this.#order.map(({ counts }) => counts),
    });
  }

  known(): KnownList {
    const base = this.#stored.find(
      ({ state, modeReason }) => state !== 'unaligned' && modeReason !== 'count_collapsed',
    );
    const chain = base && baseChain(this.#stored, base.dispatchId);
    if (!chain) return { ids: [], former: new Set() };
    const ofChain = new Map(this.#stored.map((stored) => [stored.dispatchId, stored]));
    const [fullRead, ...checks] = chain.map(({ dispatchId }) => ofChain.get(dispatchId));
    return knownList(
      fullRead?.listed ?? [],
      checks.flatMap((stored) => (stored?.check ? [{ listed: stored.listed, check: stored.check }] : [])),
    );
  }

  #check(list: SimulatedList, plan: CheckPlan, known: KnownList, between: () => void) {
    const [pages, sizes, verdicts]: [string[][], number[], Verdict[]] = [[], [], []];
    let after: number | null = null;
    for (;;) {
      const size = nextPageSize(plan, { pages: pages.length, friends: pages.flat().length });
      if (size === null) throw new Error('a check went on and had nothing to ask for');
      const page = list.page(after, size);
      sizes.push(size);
      pages.push(page.ids);
      after = page.next;
      const isWhole = after === null;
      const verdict = verdictOf({ plan, known, pages, isEnd: isWhole, unknown: NONE, forgotten: NONE });
      verdicts.push(verdict);
      between();
      const { record, state, ask, order } = verdict;
      if (state === null || order === null) continue;
      const said = { state, followed: record.appeared, gone: record.missing, asked: ask };
      return { pages, isWhole, sizes, verdicts, ...said, order };
    }
  }

  #full(list: SimulatedList, known: KnownList, between: () => void) {
    const pages: string[][] = [];
    let after: number | null = null;
    do {
      const page = list.page(after, 1000);
      pages.push(page.ids);
      after = page.next;
      between();
    } while (after !== null);
    const listed = new Set(pages.flat());
    const isFirst = this.#stored.length === 0;
    const alignment = align(known.ids, [...listed]);
    const gone = known.ids.filter((id) => !listed.has(id));
    return {
      pages,
      isWhole: true,
      sizes: pages.map(() => 1000),
      verdicts: [],
      state: 'complete' as const,
      followed: isFirst ? [] : [...alignment.appearedOnTop, ...alignment.appearedBelow],
      gone,
      asked: gone.slice(0, 20),
      order: orderOf(alignment, known, []),
    };
  }
}

const isFullRead = ({ state, modeReason }: EndedDispatch) =>
  state === 'complete' && modeReason !== 'count_collapsed';

function statusOf(list: SimulatedList, id: string): Answer['status'] {
  const state = list.stateOf(id);
  return state === 'suspended' ? 'suspended' : state === 'deactivated' ? 'not_found' : 'active';
}
