import { counted, grouped } from '../terminal/figures.ts';
import { accountLink } from './accounts.ts';
import type { ReportData } from './data.ts';
import { html, type Markup } from './html.ts';
import type { Rename } from './rows.ts';
import { scrollingTable } from './scrolling-table.ts';
import { section } from './section.ts';
import { moment } from './times.ts';

/** Who goes by another username than before. */
export function renamed({ renames }: ReportData): Markup {
  const all = renames[0]?.of_renames ?? 0;
  const most = renames.length < all ? ` (the ${renames.length} with the most followers)` : '';
  const name = `Other usernames: ${counted(all, 'account')}${most}`;
  return section(
    'renames',
    'Renames',
    html`<p>Accounts, parents and friends alike, that were seen under another username than before. A rename is no change
of a list.</p>`,
    all === 0
      ? html`<p class="none">No account was seen under another username.</p>`
      : html`<h3>${name}</h3>
${scrollingTable(name, ['Before', 'Now', 'Followers', 'First seen so (UTC)'], renames.map(cells), 'renames')}`,
  );
}

const cells = ({ account_id, previous_username, username, name, ...row }: Rename) => [
  html`<span class="handle">@${previous_username}</span>`,
  accountLink(account_id, username, name),
  row.followers_count === null ? '' : grouped(row.followers_count),
  html`<time datetime="${row.observed_at}">${moment(row.observed_at)}</time>`,
];
