import type { Shape } from './network-query.ts';

/** A row of a query of networks: columns by name, times as ISO 8601 text. */
export type NetworkRow = Record<string, unknown>;

/** How a network is written, piece by piece: nothing of it is kept. */
export interface Format {
  /** What it needs to be asked for. */
  kind: Shape['kind'];
  /** `about`: one sentence of what it is, and when it was made. */
  head(about: About): string;
  node(row: NetworkRow): string;
  edge(row: NetworkRow): string;
  /** Between the last node and the first edge, also where there are none. */
  between: string;
  tail: string;
}

export interface About {
  text: string;
  madeAt: Date;
}

/** How many of each have been written. */
export interface Written {
  accounts: number;
  edges: number;
}

/**
 * The file, a page of rows at a time, accounts before edges. `written` counts on as it goes.
 */
export async function* textOf(
  pages: AsyncIterable<NetworkRow[]>,
  format: Format,
  about: About,
  written: Written,
): AsyncGenerator<string> {
  yield format.head(about);
  let isAmongEdges = false;
  for await (const rows of pages) {
    let text = '';
    for (const row of rows) {
      if (row.kind === 'node') {
        written.accounts += 1;
        text += format.node(row);
      } else {
        if (!isAmongEdges) text += format.between;
        isAmongEdges = true;
        written.edges += 1;
        text += format.edge(row);
      }
    }
    yield text;
  }
  yield `${isAmongEdges ? '' : format.between}${format.tail}`;
}
