import type { Announcement } from '../../../shared/messages/announcement.ts';
import { END_STATES } from '../../../shared/messages/schemas/announcement.ts';
import { chainOf } from '../../model/chain.ts';
import type { Invocation } from '../instance.ts';
import type { Message } from '../message.ts';
import type { Tables } from '../tables.ts';
import { countsOf, seenOf } from '../warehouse/questions-of-announcements.ts';
import type { Fail } from './fail.ts';

interface Options {
  tables: Tables;
  topic: string;
  nowMs: () => number;
  note: (what: string) => void;
  fail: Fail;
}

const isEnd = (state: unknown): boolean => (END_STATES as readonly unknown[]).includes(state);

/** A list that has ended is announced: never before whoever is told can read it, as the views show it, and at least once. */
export class AnnouncementCheck {
  readonly #options: Options;
  /** When the rows changed that anybody sees, by dispatch, or by parent. */
  readonly #changedMs = new Map<string, number>();
  /** The same, of rows that are there, or seen, later than anybody is told that they are stored. */
  readonly #lateMs = new Map<string, number>();

  constructor(options: Options) {
    this.#options = options;
  }

  /** A row is there, or is seen from now on: what was asked before may have been answered without it. */
  changed(
    { dispatch_id, parent_id }: { dispatch_id: string; parent_id: string | null },
    isLate: boolean,
  ): void {
    if (isLate) this.#lateMs.set(dispatch_id, this.#options.nowMs());
    for (const id of [dispatch_id, parent_id]) if (id) this.#changedMs.set(id, this.#options.nowMs());
  }

  publishing(invocation: Invocation, topic: string, message: object): void {
    if (topic !== this.#options.topic) return;
    const said = message as Announcement;
    const { dispatchId, parent, state } = said;
    const hasChanged = (of: string) => (this.#changedMs.get(of) ?? 0) >= invocation.atMs;
    this.#options.note(`announced ${state}`);
    const nowMs = this.#options.nowMs();
    const seen = seenOf(this.#options.tables, nowMs, { dispatches: [dispatchId] }).dispatch_progress[0];
    if (
      hasChanged(dispatchId) ||
      this.#options.tables.forgotten.some(({ sinceMs }) => sinceMs >= invocation.atMs)
    )
      return;
    const shown = seen && {
      ...{ runId: seen.run_id, state: seen.state, friendsListed: seen.friends_listed, mode: seen.mode },
      ...{ reason: seen.reason ?? undefined, costUsd: seen.cost_usd, dispatchedAt: seen.dispatched_at },
      ...{ job: { name: seen.job }, parentId: seen.parent_id ?? undefined },
    };
    const { runId, friendsListed, mode, reason, costUsd, dispatchedAt, job } = said;
    const told = {
      runId,
      state,
      friendsListed,
      mode,
      reason,
      costUsd,
      dispatchedAt,
      job,
      parentId: parent.id,
    };
    const rows = (this.#options.tables.pages.get(dispatchId) ?? []).filter((row) =>
      this.#options.tables.isSeen(row, nowMs),
    );
    const chain = rows.length > 0 ? chainOf(rows) : null;
    if (chain && chain.pages.length <= chain.head.lineage.length)
      this.#wrong(said, 'while pages of it are not to be read');
    if (!seen || !isEnd(seen.state)) this.#wrong(said, `before anybody can read it: ${seen?.state}`);
    else if (JSON.stringify(told) !== JSON.stringify(shown))
      this.#wrong(said, `as ${JSON.stringify(told)}, where it reads ${JSON.stringify(shown)}`);
    if (parent.id === undefined || hasChanged(parent.id)) return;
    const changes = seenOf(this.#options.tables, nowMs, { parents: [parent.id] }).friend_changes;
    const counts = countsOf(changes.filter((row) => row.dispatch_id === dispatchId));
    const { followed, reappeared, noLongerListed, withheld } = said;
    if (changes.length > 0 && counts) this.#options.note('announced changes');
    const none = { followed: 0, reappeared: 0, no_longer_listed: 0, withheld: 0 };
    if (
      JSON.stringify(counts ?? none) !==
      JSON.stringify({ followed, reappeared, no_longer_listed: noLongerListed, withheld })
    )
      this.#wrong(said, `with other changes than ${JSON.stringify(counts ?? none)}`);
  }

  /**
   * Of each dispatch that is shown to have ended somebody was told so, as it ended: but where its message expired, or rows of
   * it landed later than anybody who asked could know.
   */
  allTold(messages: Message[], expected: Iterable<string>): void {
    const { topic, tables, nowMs, fail } = this.#options;
    const told = Map.groupBy(
      messages.filter((message) => message.topic === topic),
      ({ body }) => (body as Announcement).dispatchId,
    );
    const lost = messages.filter(({ expired }) => expired).map(({ text }) => text);
    for (const id of expected) {
      const [shown] = seenOf(tables, nowMs(), { dispatches: [id] }).dispatch_progress;
      if (!shown || !isEnd(shown.state) || lost.some((text) => text.includes(id))) continue;
      const its = told.get(id) ?? [];
      // One that was given up and published again says what was so when it was published first.
      const firsts = [...Map.groupBy(its, ({ text }) => text).values()].flatMap((same) => same[0] ?? []);
      const newestMs = Math.max(...firsts.map(({ publishedMs }) => publishedMs));
      const isKnown = its.some(({ body }) => (body as Announcement).state === shown.state);
      if (its.length === 0) fail('announced', `${id} is ${shown.state}, and nobody was told`);
      else if (!isKnown && (this.#lateMs.get(id) ?? 0) < newestMs)
        fail('announced', `${id} is ${shown.state}, and nobody was told that`);
    }
  }

  #wrong({ dispatchId }: Announcement, what: string): void {
    this.#options.fail('announced', `${dispatchId} is announced ${what}`);
  }
}
