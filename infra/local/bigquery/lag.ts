/**
 * BigQuery is late in two ways that others of its users tell of: a query may see a streamed row minutes after it was
 * acknowledged (Google's own client tests wait for two), and insertAll may not know a column minutes after it was
 * added (https://github.com/googleapis/google-cloud-ruby/issues/3805). Off where nobody asks for it.
 */
export interface Lag {
  /** In how many ms queries see a row; asked for each row. */
  rowMs: () => number;
  /** For how many ms insertAll does not know a column that was added. */
  columnMs: number;
}

export const NO_LAG: Lag = { rowMs: () => 0, columnMs: 0 };

/** As the stack's options say it: of `share` of the rows (0..1) each is late by up to `rowMs`. */
export interface LagSetting {
  share: number;
  rowMs: number;
  columnMs: number;
}

/** The same rows are late every time. */
export function lagOf({ share, rowMs, columnMs }: LagSetting): Lag {
  let rows = 0;
  // Multiples of the golden ratio spread evenly: https://en.wikipedia.org/wiki/Low-discrepancy_sequence
  const spread = () => (++rows * 0.618033988749895) % 1;
  return { rowMs: () => Math.ceil(Math.max(0, 1 - spread() / share) * rowMs), columnMs };
}
