import { counted, grouped, usdToTheCent } from '../terminal/figures.ts';
import { accountLink } from './accounts.ts';
import type { ReportData } from './data.ts';
import { html, type Markup } from './html.ts';
import type { OpenCheck } from './rows.ts';
import { scrollingTable } from './scrolling-table.ts';
import { section } from './section.ts';
import { moment } from './times.ts';

/** What checks have saved, and what they left open; nothing where there was none. */
export function checksOfPeriod({ checks, open }: ReportData): Markup {
  if (checks.checks === 0) return html``;
  const saved = checks.full_usd - checks.cost_usd;
  return section(
    'checks',
    'Checks',
    html`<p>${counted(checks.checks, 'check')} cost <b>${usdToTheCent(checks.cost_usd)}</b>. Reading those lists in full,
by X’s counts, would have cost ${usdToTheCent(checks.full_usd)}: <b>${usdToTheCent(Math.max(0, saved))}</b> saved. A
check reads the head of a list, and on only while X’s count says that somebody is missing. Below the friend down to
whom it read nothing was compared: those friends are shown as they were last returned.</p>`,
    open.length === 0 ? html`<p>No parent’s newest check was left open.</p>` : openTable(open),
  );
}

function openTable(rows: OpenCheck[]): Markup {
  const all = rows[0]?.of_open ?? 0;
  const most = rows.length < all ? ` (the newest ${rows.length} of ${grouped(all)})` : '';
  const name = `Newest check left open: ${counted(all, 'parent')}${most}`;
  return html`<h3>${name}</h3>
${scrollingTable(name, ['Parent', 'What is known'], rows.map(cells), 'open-checks')}`;
}

const cells = (row: OpenCheck): Markup[] => [accountLink(row.parent_id, row.parent_username), words(row)];

/** Claims no more than was seen. */
function words({ frontier_id, frontier_username, fewer, more, completed_at }: OpenCheck): Markup {
  const known = frontier_id
    ? html`Known down to friend ${accountLink(frontier_id, frontier_username)} as of`
    : html`Known in its head as of`;
  const unseen = [
    ...(fewer > 0 ? [`short by ${grouped(fewer)}: so many are gone whom nobody has found missing`] : []),
    ...(more > 0 ? [`over by ${grouped(more)}: so many are there whom nobody has seen`] : []),
  ];
  return html`${known} <time datetime="${completed_at}">${moment(completed_at)}</time>; below as it was last returned.
X’s count is ${unseen.join(', and ')}.`;
}
