/** Comma-separated values, an edge a line: Gephi and others want the columns Source and Target. */
import { csvLine } from '../terminal/csv.ts';
import { namesOf, OF_EDGE, SAID_BY_X } from './attributes.ts';
import type { Format } from './format.ts';
import { plainText } from './plain-text.ts';

const COLUMNS = [
  'source_username',
  ...namesOf(SAID_BY_X).map((name) => `target_${name}`),
  ...namesOf(OF_EDGE),
];

const line = (cells: unknown[]): string => `${csvLine(cells, true)}\n`;

export const edgeList: Format = {
  kind: 'list',
  head: () => line(['Source', 'Target', ...COLUMNS]),
  node: () => '',
  between: '',
  edge: (row) =>
    line(
      ['source', 'target', ...COLUMNS].map((name) => {
        const value = row[name];
        return typeof value === 'string' ? plainText(value) : value;
      }),
    ),
  tail: '',
};
