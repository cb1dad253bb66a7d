import { counted, grouped } from '../terminal/figures.ts';
import { accountLink } from './accounts.ts';
import type { ReportData } from './data.ts';
import { html, type Markup } from './html.ts';
import type { Withheld } from './rows.ts';
import { scrollingTable } from './scrolling-table.ts';
import { section } from './section.ts';
import { moment } from './times.ts';

/** Whose newest list may be wrong; nothing where there is none. */
export function withheldChanges({ withheld }: ReportData): Markup {
  const [first] = withheld;
  if (!first) return html``;
  const most = first.of_parents > withheld.length ? ` (the ${withheld.length} with the most)` : '';
  const name = `Withheld of ${counted(first.of_parents, 'parent')}${most}`;
  return section(
    'withheld',
    'Withheld',
    html`<p>Lists that fell below half of the one before them. X sends such lists by mistake, so nobody who is missing in
one counts as gone above, until the parent’s next list says the same.</p>`,
    scrollingTable(name, ['Parent', 'Missing for now', 'List read (UTC)'], withheld.map(cells), 'withheld'),
  );
}

const cells = ({ parent_id, parent_username, friends, not_after }: Withheld) => [
  accountLink(parent_id, parent_username),
  grouped(friends),
  html`<time datetime="${not_after}">${moment(not_after)}</time>`,
];
