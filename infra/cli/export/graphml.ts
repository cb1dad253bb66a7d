/** http://graphml.graphdrawing.org/specification.html, with its attributes' types */
import { type Attribute, type AttributeType, OF_ACCOUNT, OF_EDGE } from './attributes.ts';
import type { Format, NetworkRow } from './format.ts';
import { DECLARATION, xml } from './xml.ts';

/** http://graphml.graphdrawing.org/primer/graphml-primer.html#Attributes: it has no type of times. */
const TYPES: Record<AttributeType, string> = {
  text: 'string',
  count: 'long',
  boolean: 'boolean',
  time: 'string',
};

export const graphml: Format = {
  kind: 'network',
  head: ({ text }) => `${DECLARATION}<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<desc>${xml(text)}</desc>
${declared('node', OF_ACCOUNT)}${declared('edge', OF_EDGE)}<graph edgedefault="directed">
`,
  node: (row) => `<node id="${xml(row.id)}">${values('node', row, OF_ACCOUNT)}</node>\n`,
  between: '',
  edge: (row) =>
    `<edge source="${xml(row.source)}" target="${xml(row.target)}">${values('edge', row, OF_EDGE)}</edge>\n`,
  tail: '</graph>\n</graphml>\n',
};

type Of = 'node' | 'edge';

/** A key is of the whole file. */
const keyOf = (of: Of, at: number): string => `${of.charAt(0)}${at}`;

const declared = (of: Of, attributes: Attribute[]): string =>
  attributes
    .map(
      ({ name, type }, at) =>
        `<key id="${keyOf(of, at)}" for="${of}" attr.name="${name}" attr.type="${TYPES[type]}"/>\n`,
    )
    .join('');

function values(of: Of, row: NetworkRow, attributes: Attribute[]): string {
  let text = '';
  for (const [at, { name }] of attributes.entries()) {
    const value = row[name];
    if (value !== null) text += `<data key="${keyOf(of, at)}">${xml(value)}</data>`;
  }
  return text;
}
