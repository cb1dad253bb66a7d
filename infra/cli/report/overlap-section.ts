import { counted, grouped } from '../terminal/figures.ts';
import { accountLink } from './accounts.ts';
import type { ReportData } from './data.ts';
import { html, type Markup } from './html.ts';
import type { Overlap } from './rows.ts';
import { scrollingTable } from './scrolling-table.ts';
import { section } from './section.ts';

/** Which of the parents that are shown follow the same accounts. */
export function overlapOfParents({ overlap, parents }: ReportData): Markup {
  if (parents.length < 2) return html``;
  const all = overlap[0]?.of_pairs ?? 0;
  const most = overlap.length < all ? ` (the ${overlap.length} with the largest share)` : '';
  const name = `${counted(all, 'pair')} with friends in common${most}`;
  return section(
    'overlap',
    'Overlap of parents',
    html`<p>Friends in common of the ${counted(parents.length, 'parent')} that have a chart here, by the newest evidence of
each. The share is that of the shorter list.</p>`,
    all === 0
      ? html`<p class="none">No two of these parents have a friend in common.</p>`
      : html`<h3>${name}</h3>
${scrollingTable(name, ['In common', 'Share', 'Parent', 'Parent'], overlap.map(cells), 'overlap')}`,
  );
}

const cells = ({ in_common, ...row }: Overlap) => [
  grouped(in_common),
  `${Math.round((100 * in_common) / Math.max(1, Math.min(row.one_friends, row.other_friends)))} %`,
  html`${accountLink(row.one_id, row.one_username)} <span class="muted">of ${grouped(row.one_friends)}</span>`,
  html`${accountLink(row.other_id, row.other_username)} <span class="muted">of ${grouped(row.other_friends)}</span>`,
];
