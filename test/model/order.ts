import { ORDER_WINDOW_DAYS, orderHealth } from '../../shared/check/order-health.ts';
import { DAY_MS } from '../../shared/times.ts';
import type { OrderColumns } from '../../shared/warehouse/completed-scrapes.ts';
import { type Chain, compare } from './chain.ts';

/** `order_health`: the view says of a parent what the planner goes by. `ended`: in the order of completion. */
export function orderOf(ended: Chain[], nowMs: number) {
  const since = new Date(nowMs - ORDER_WINDOW_DAYS * DAY_MS).toISOString();
  const tested = ended.filter(({ head }) => head.list_order && compare(head.dispatched_at, since) >= 0);
  return [...Map.groupBy(tested, ({ head }) => head.parent_id)].map(([parent_id, chains]) => {
    const counts = chains.flatMap(({ head }) => head.list_order ?? []);
    const sum = (name: keyof OrderColumns) => counts.reduce((all, count) => all + count[name], 0);
    const [compared, displaced] = [sum('compared'), sum('displaced')];
    const [new_on_top, new_below] = [sum('new_on_top'), sum('new_below')];
    const health = orderHealth(
      counts.map((count) => ({
        ...{ compared: count.compared, displaced: count.displaced },
        ...{ newOnTop: count.new_on_top, newBelow: count.new_below },
      })),
    );
    return {
      ...{ parent_id, reads: counts.length, compared, displaced, new_on_top, new_below, health },
      in_place_share: compared === 0 ? null : 1 - displaced / compared,
      new_on_top_share: new_on_top + new_below === 0 ? null : new_on_top / (new_on_top + new_below),
      last_read_at:
        chains
          .map(({ head }) => head.completed_at)
          .sort()
          .at(-1) ?? null,
    };
  });
}
