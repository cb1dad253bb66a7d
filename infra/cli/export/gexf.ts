/** https://gexf.net/schema.html, version 1.3; of its time https://gexf.net/dynamics.html */
import { type Attribute, type AttributeType, OF_ACCOUNT, OF_EDGE } from './attributes.ts';
import type { Format, NetworkRow } from './format.ts';
import { DECLARATION, xml } from './xml.ts';

/** https://gexf.net/data.html: it has no type of times for attributes. */
const TYPES: Record<AttributeType, string> = {
  text: 'string',
  count: 'long',
  boolean: 'boolean',
  time: 'string',
};

/** `history`: with the edges that are no more. */
export const gexf = (kind: 'timed' | 'history'): Format => ({
  kind,
  head: ({ text, madeAt }) => `${DECLARATION}<gexf xmlns="http://gexf.net/1.3" version="1.3">
<meta lastmodifieddate="${madeAt.toISOString().slice(0, 10)}">
<creator>Dodo</creator>
<description>${xml(text)}</description>
</meta>
<graph defaultedgetype="directed" mode="dynamic" timeformat="dateTime" timerepresentation="interval" timezone="UTC">
${declared('node', OF_ACCOUNT)}${declared('edge', OF_EDGE)}<nodes>
`,
  node: (row) =>
    `<node id="${xml(row.id)}" label="${xml(row.username ?? row.id)}">${values(row, OF_ACCOUNT)}</node>\n`,
  between: '</nodes>\n<edges>\n',
  edge: (row) =>
    `<edge source="${xml(row.source)}" target="${xml(row.target)}">${values(row, OF_EDGE)}${spells(row)}</edge>\n`,
  tail: '</edges>\n</graph>\n</gexf>\n',
});

function declared(of: 'node' | 'edge', attributes: Attribute[]): string {
  const lines = attributes.map(
    ({ name, type }, id) => `<attribute id="${id}" title="${name}" type="${TYPES[type]}"/>\n`,
  );
  return `<attributes class="${of}" mode="static">\n${lines.join('')}</attributes>\n`;
}

function values(row: NetworkRow, attributes: Attribute[]): string {
  let text = '';
  for (const [id, { name }] of attributes.entries()) {
    const value = row[name];
    if (value !== null) text += `<attvalue for="${id}" value="${xml(value)}"/>`;
  }
  return text === '' ? '' : `<attvalues>${text}</attvalues>`;
}

/** The last one is open where the edge is there by the newest evidence. */
function spells({ spell_starts, spell_ends, is_current }: NetworkRow): string {
  const starts = spell_starts as string[];
  const ends = spell_ends as string[];
  const each = starts.map((start, at) => {
    const isOpen = is_current && at === starts.length - 1;
    return `<spell start="${start}"${isOpen ? '' : ` end="${ends[at]}"`}/>`;
  });
  return `<spells>${each.join('')}</spells>`;
}
