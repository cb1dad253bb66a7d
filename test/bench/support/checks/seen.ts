import type { Happened } from './life.ts';

/** Hours of the UTC day at whose end an account is read. */
export const READ_HOURS = [6, 18];
const HOURS_BETWEEN = 12;

/** What was said of friends, and when: to be held against what happened. */
export class Said {
  readonly #hours = { followed: new Map<string, number[]>(), unfollowed: new Map<string, number[]>() };

  say(kind: Happened['kind'], ids: readonly string[], hour: number): void {
    const hours = this.#hours[kind];
    for (const id of ids) hours.set(id, [...(hours.get(id) ?? []), hour]);
  }

  /**
   * Days until each change of that kind was said, infinite where it never was. Left out is what happened before the
   * first read or after `untilHour`, and what was undone before the next read: nobody could have seen it.
   */
  delays(kind: Happened['kind'], happened: readonly Happened[], untilHour: number): number[] {
    const together = Map.groupBy(happened, ({ id, hour }) => `${id}/${readAfter(hour)}`);
    return happened
      .filter((change) => change.kind === kind && readAfter(change.hour) > 0 && change.hour <= untilHour)
      .filter(({ id, hour }) => together.get(`${id}/${readAfter(hour)}`)?.length === 1)
      .map(({ id, hour }) => {
        const said = this.#hours[kind].get(id)?.find((at) => at >= hour);
        return said === undefined ? Number.POSITIVE_INFINITY : (said - hour) / 24;
      });
  }
}

/** Which read, from 0, is the first that can show what happened in that hour. */
function readAfter(hour: number): number {
  return Math.ceil((hour - (READ_HOURS[0] ?? 0)) / HOURS_BETWEEN);
}
