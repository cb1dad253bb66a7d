/**
 * Indexes, ascending, of a longest run of `ranks` that rises; ranks are distinct. Of several the one that a later
 * and smaller rank continues: friends that moved to the top stay out of it. O(n log n):
 * https://en.wikipedia.org/wiki/Longest_increasing_subsequence#Efficient_algorithms
 */
export function longestRun(ranks: readonly number[]): number[] {
  const before = new Int32Array(ranks.length);
  /** Where a run of length n + 1 ends that has the smallest last rank. */
  const ends: number[] = [];
  for (const [index, rank] of ranks.entries()) {
    const length = firstNotBelow(ends, ranks, rank);
    before[index] = ends[length - 1] ?? -1;
    ends[length] = index;
  }
  const run: number[] = [];
  for (let index = ends.at(-1) ?? -1; index >= 0; index = before[index] ?? -1) run.push(index);
  return run.reverse();
}

function firstNotBelow(ends: number[], ranks: readonly number[], rank: number): number {
  let [low, high] = [0, ends.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranks[ends[middle] ?? 0] ?? 0) < rank) low = middle + 1;
    else high = middle;
  }
  return low;
}
