/** Figures by name; the name ends in the unit (`p50Ms`, `pagesPerSecond`, `idleMiB`), so that JSON carries it too. */
export interface Figures {
  [name: string]: number | Figures;
}

export interface BenchContext {
  /** Share of the full work, above 0 to 1: what a quick trial does. */
  scale: number;
  /** For people who wait; never on stdout. */
  say(line: string): void;
}

export interface Bench {
  name: string;
  what: string;
  run(context: BenchContext): Promise<Figures>;
}

/** `full` units of work, scaled down to at least `least`. */
export const scaled = ({ scale }: BenchContext, full: number, least = 1): number =>
  Math.max(least, Math.round(full * scale));
