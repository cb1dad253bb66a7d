/** The value below which `share` (0..1) of the values lie, by the nearest rank. Throws where there is none. */
function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new Error('no quantile of nothing');
  return value;
}

export const median = (values: number[]): number => quantile(values, 0.5);

/** As many decimals as a figure of this size can mean. */
export const rounded = (value: number, decimals = value < 10 ? 2 : 1): number =>
  Number(value.toFixed(decimals));

export const p50p99 = (ms: number[]) => ({
  p50Ms: rounded(quantile(ms, 0.5)),
  p99Ms: rounded(quantile(ms, 0.99)),
});
