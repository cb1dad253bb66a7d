/** When friends of one account were not on its list, as X shows it: the truth that absences are held against. */
export class Absences {
  readonly #of = new Map<string, { fromMs: number; toMs: number }[]>();
  readonly #unfollowed: number[] = [];

  begin(id: string, atMs: number): void {
    const spans = this.#of.get(id) ?? [];
    if (spans.at(-1)?.toMs === Number.POSITIVE_INFINITY) return;
    this.#of.set(id, [...spans, { fromMs: atMs, toMs: Number.POSITIVE_INFINITY }]);
  }

  /** One that was never there was absent until then. */
  end(id: string, atMs: number): void {
    const spans = this.#of.get(id);
    if (!spans) this.#of.set(id, [{ fromMs: Number.NEGATIVE_INFINITY, toMs: atMs }]);
    const last = spans?.at(-1);
    if (last?.toMs === Number.POSITIVE_INFINITY) last.toMs = atMs;
  }

  /** At some moment in that time, both ends included. */
  has(id: string, fromMs: number, toMs: number): boolean {
    return (this.#of.get(id) ?? []).some((span) => span.fromMs <= toMs && span.toMs >= fromMs);
  }

  /** Its place on the list is another's since then, also where nobody saw it any more. */
  unfollowed(id: string, atMs: number): void {
    this.begin(id, atMs);
    this.#unfollowed.push(atMs);
  }

  /** All of that time. */
  covers(id: string, fromMs: number, toMs: number): boolean {
    return (this.#of.get(id) ?? []).some((span) => span.fromMs <= fromMs && span.toMs >= toMs);
  }

  /** Anybody, at some moment in that time; or one that was absent already lost its place. */
  beganIn(fromMs: number, toMs: number): boolean {
    const began = [...this.#of.values()].flat().map((span) => span.fromMs);
    return [...began, ...this.#unfollowed].some((ms) => ms >= fromMs && ms <= toMs);
  }
}
