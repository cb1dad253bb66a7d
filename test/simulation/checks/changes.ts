import { MINUTE_MS } from '../../../shared/times.ts';
import { type Chain, compare } from '../../model/chain.ts';
import { changesOf } from '../../model/changes.ts';
import { progressOf } from '../../model/progress.ts';
import type { Person } from '../people.ts';
import type { TokenStyle } from '../profiles.ts';
import type { Tables } from '../tables.ts';
import type { XServer } from '../x-server.ts';
import type { Fail } from './fail.ts';

interface Options {
  tables: Tables;
  x: XServer;
  tokens: TokenStyle;
  nowMs: () => number;
  note: (what: string) => void;
  fail: Fail;
}

type Change = ReturnType<typeof changesOf>[number];

/** How far the clocks that rows are dated by may be off, and how long an answer may be under way. */
const DATED_MS = 10 * MINUTE_MS;

/** What is told of whom an account follows, once all is over: each change once, and none that never was. */
export class ChangeCheck {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  allTold(): void {
    const { tables, nowMs, note } = this.#options;
    const ended = [...tables.pages]
      .flatMap(([id, pages]) => progressOf(tables.plans.get(id) ?? [], pages, nowMs()))
      .flatMap(({ chain }) => (chain?.isEnded ? [chain] : []))
      .sort((a, b) => compare(a.last, b.last) || compare(a.head.dispatch_id, b.head.dispatch_id));
    const checks = ended.filter(({ mode, isComplete }) => mode === 'check' && !isComplete);
    const bases = Map.groupBy(checks, ({ head }) => `${head.parent_id}/${head.check?.base_dispatch_id}`);
    if ([...bases.values()].some((its) => its.length > 1)) note('checks with one base');
    const changes = changesOf(ended, []);
    this.#areTheirOwn(changes, ended);
    for (const its of Map.groupBy(changes, nameOf).values()) this.#takeTurns(its);
    for (const change of changes) this.#isTrue(change);
  }

  /** Of two reads of a parent that overlap in time the later adds no change. */
  #areTheirOwn(changes: Change[], ended: Chain[]): void {
    const chains = new Map(ended.map((chain) => [chain.head.dispatch_id, chain]));
    for (const id of new Set(changes.map(({ dispatch_id }) => dispatch_id))) {
      const chain = chains.get(id) as Chain;
      const isBeside = ({ head, first, last }: Chain) =>
        head.parent_id === chain.head.parent_id && first <= chain.last && last >= chain.first;
      const before = ended.slice(0, ended.indexOf(chain)).find(isBeside);
      if (before) this.#options.fail('told once', `${id} tells of changes beside ${before.head.dispatch_id}`);
    }
  }

  /** Whoever has come can only go, and whoever is gone only come; once in a dispatch. */
  #takeTurns(changes: Change[]): void {
    const { fail } = this.#options;
    const told = changes
      .filter(({ change }) => change !== 'withheld')
      .sort((a, b) => compare(a.not_after, b.not_after));
    for (const [at, { change, dispatch_id, ...of }] of told.entries()) {
      const before = told[at - 1];
      if (before?.dispatch_id === dispatch_id)
        fail('told once', `${nameOf(of)} changes twice in ${dispatch_id}`);
      if (before && isGone(before.change) === isGone(change))
        fail('told once', `${nameOf(of)} is ${before.change}, and then ${change} in ${dispatch_id}`);
    }
  }

  /** By the truth: in its interval the friend was at some moment not on the list, and at some moment was. */
  #isTrue({ parent_id, friend_id, change, not_before, not_after, dispatch_id }: Change): void {
    const person = [...this.#options.x.people.values()].find(({ id }) => id === parent_id);
    if (!person || change === 'withheld') return;
    const [fromMs, toMs] = [Date.parse(not_before) - DATED_MS, Date.parse(not_after) + DATED_MS];
    const { absences } = person;
    this.#options.note(`told: ${change}`);
    const isSo = absences.has(friend_id, fromMs, toMs) && !absences.covers(friend_id, fromMs, toMs);
    if (!isSo && !this.#isOutOfOrder(person, friend_id, toMs))
      this.#options.fail(
        'true changes',
        `${friend_id} of ${parent_id} is ${change} by ${dispatch_id}, and was not`,
      );
  }

  /** All rests on the order of X's list; and where X counts instead of remembering its place, one that shrinks has holes. */
  #isOutOfOrder({ misplaced, reorderedMs, left }: Person, friendId: string, untilMs: number): boolean {
    const isShifted = this.#options.tokens === 'offset' && left.size + misplaced.size > 0;
    return misplaced.has(friendId) || reorderedMs <= untilMs || isShifted;
  }
}

const isGone = (change: string): boolean => change === 'no_longer_listed';

const nameOf = ({ parent_id, friend_id }: Pick<Change, 'parent_id' | 'friend_id'>) =>
  `${friend_id} of ${parent_id}`;
