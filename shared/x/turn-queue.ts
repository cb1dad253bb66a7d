import type { Clock } from '../clock.ts';

export interface TurnQueueOptions<Turn> {
  clock: Clock;
  /** When the waiter at `place` gets its turn, in ms since 1970; null: nobody knows yet, `serve` will be called. */
  turnMs: (place: number) => number | null;
  take: () => Turn;
  /** What to throw at a waiter whose turn would come too late; null: nobody knows when. */
  tooLate: (turnMs: number | null) => Error;
}

interface Waiter<Turn> {
  deadlineMs: number;
  go: (turn: Turn) => void;
  turnAway: (error: Error) => void;
}

/** First come, first served; whoever cannot be served by its deadline is turned away as soon as that is clear. */
export class TurnQueue<Turn> {
  readonly #options: TurnQueueOptions<Turn>;
  #waiting: Waiter<Turn>[] = [];
  #alarm = new AbortController();

  constructor(options: TurnQueueOptions<Turn>) {
    this.#options = options;
  }

  wait(deadlineMs: number): Promise<Turn> {
    return new Promise((go, turnAway) => {
      this.#waiting.push({ deadlineMs, go, turnAway });
      this.serve();
    });
  }

  /** Something has changed: who is due goes, who has become late is turned away. */
  serve(): void {
    const { clock, turnMs, take } = this.#options;
    this.#turnAwayTheLate();
    for (let first = this.#waiting[0]; first; first = this.#waiting[0]) {
      const turn = turnMs(0);
      if (turn === null || turn > clock.now()) break;
      this.#waiting.shift();
      first.go(take());
      this.#turnAwayTheLate();
    }
    this.#setAlarm();
  }

  #turnAwayTheLate(): void {
    const { clock, turnMs, tooLate } = this.#options;
    const staying: Waiter<Turn>[] = [];
    for (const waiter of this.#waiting) {
      const turn = turnMs(staying.length);
      const inTime = turn === null ? clock.now() < waiter.deadlineMs : turn <= waiter.deadlineMs;
      if (inTime) staying.push(waiter);
      else waiter.turnAway(tooLate(turn));
    }
    this.#waiting = staying;
  }

  /** The next moment at which time alone changes something for somebody who waits. */
  #setAlarm(): void {
    this.#alarm.abort();
    if (this.#waiting.length === 0) return;
    const alarm = new AbortController();
    this.#alarm = alarm;
    const { clock, turnMs } = this.#options;
    const deadlines = this.#waiting.map(({ deadlineMs }) => deadlineMs);
    const at = Math.min(turnMs(0) ?? Number.POSITIVE_INFINITY, ...deadlines);
    const whenReplaced = () => undefined;
    clock.sleep(Math.max(0, at - clock.now()), alarm.signal).then(() => this.serve(), whenReplaced);
  }
}
