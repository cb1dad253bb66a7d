import type { Clock } from '../clock.ts';
import { Memory } from '../memory.ts';
import { DAY_MS } from '../times.ts';
import { isWait } from './allowance.ts';
import { WINDOW_MS } from './limits.ts';
import type { Exchange, PageAnswer, Wait } from './types.ts';

/**
 * Counts the answers that say nothing of what was asked for, so that one call that X never answers in words that we
 * know neither holds up all others for ever nor is paid for without end.
 */
export interface Refusals {
  /**
   * What an answer comes to, given those before it about the same thing: `about` names a page, say. After three
   * windows of waiting it is `refused`; the third answer that could not be read closes the gate, and those after it.
   */
  weigh<A>(about: string, exchange: Exchange<A>, refused: (wait: Wait) => A): Exchange<A>;
}

interface Count {
  /** Windows that have been waited for it. */
  windows: number;
  /** When the last of them is over, in ms since 1970. */
  untilMs: number;
  unreadable: number;
}

const MOST_WINDOWS = 3;
/** Harmless once, an accident twice. */
const MOST_UNREADABLE = 2;
/** Of all that is asked for at the same time, some hundreds at most are refused. */
const COUNTS_KEPT = 10_000;

export function createRefusals(clock: Clock): Refusals {
  const counts = new Memory<Count>({ clock, forMs: DAY_MS, most: COUNTS_KEPT });

  function weighed<A>(about: string, wait: Wait, refused: (wait: Wait) => A): A | Wait {
    const now = clock.now();
    const count = counts.get(about) ?? { windows: 0, untilMs: 0, unreadable: 0 };
    const unreadable = count.unreadable + (wait.cause === 'unreadable' ? 1 : 0);
    if (wait.cause === 'unreadable' && unreadable <= MOST_UNREADABLE) {
      counts.keep(about, { ...count, unreadable });
      return wait;
    }
    if (count.windows >= MOST_WINDOWS && now >= count.untilMs) {
      counts.drop(about);
      return refused(wait);
    }
    // Two answers within one window count as one.
    const isNew = now >= count.untilMs;
    const windows = count.windows + (isNew ? 1 : 0);
    const untilMs = isNew ? (wait.closeUntilMs ?? now + WINDOW_MS) : count.untilMs;
    counts.keep(about, { windows, untilMs, unreadable });
    if (wait.cause !== 'unreadable') return wait;
    const detail = `${wait.detail} (answer ${unreadable} that cannot be used; X may have charged for each)`;
    return { ...wait, detail, closeUntilMs: untilMs, alert: true };
  }

  return {
    weigh(about, exchange, refused) {
      const { answer, rate } = exchange;
      if (!isWait(answer)) counts.drop(about);
      else if (answer.cause === 'not-understood' || answer.cause === 'unreadable')
        return { answer: weighed(about, answer, refused), rate };
      return exchange;
    },
  };
}

/** The page for which waiting has ended. */
export function refusedPage({ detail, problems = [] }: Wait): PageAnswer {
  const said = problems.length > 0 ? problems : [{ source: 'x' as const, title: 'No answer', detail }];
  return { kind: 'unavailable', reason: 'refused', detail, problems: said };
}
