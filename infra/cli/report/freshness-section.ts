import { counted, grouped } from '../terminal/figures.ts';
import { accountLink } from './accounts.ts';
import type { ReportData } from './data.ts';
import { html, type Markup } from './html.ts';
import { inWords } from './reason.ts';
import type { Freshness } from './rows.ts';
import { scrollingTable } from './scrolling-table.ts';
import { section } from './section.ts';
import { moment } from './times.ts';

/** How old what is known of each parent is, the stalest first, and what came of the last attempt to renew it. */
export function freshnessOfParents({ freshness }: ReportData): Markup {
  const [first] = freshness;
  if (!first) return html``;
  const { of_parents, never, within_day, within_week } = first;
  const older = of_parents - never - within_day - within_week;
  const ages = [
    ...(within_day > 0 ? [`${grouped(within_day)} not older than a day`] : []),
    ...(within_week > 0 ? [`${grouped(within_week)} not older than a week`] : []),
    ...(older > 0 ? [`${grouped(older)} older than that`] : []),
    ...(never > 0 ? [`${grouped(never)} without any`] : []),
  ];
  const most = freshness.length < of_parents ? ` (the ${freshness.length} stalest)` : '';
  const name = `Newest complete list of ${counted(of_parents, 'parent')}${most}`;
  const heads = ['Parent', 'Complete list', 'Known as of (UTC)', 'Last attempt (UTC)', 'What came of it'];
  return section(
    'freshness',
    'Freshness',
    html`<p>The newest complete lists of all parents, whatever the period: ${ages.join(', ')}. A check that met the
list makes it known as of a later time.</p>`,
    html`<h3>${name}</h3>
${scrollingTable(name, heads, freshness.map(cells), 'freshness')}`,
  );
}

const cells = ({ parent_id, parent_username, age_hours, known_at, last_attempt_at, ...row }: Freshness) => [
  accountLink(parent_id, parent_username),
  age_hours === null ? 'none' : ageOf(age_hours),
  known_at === null ? 'never' : html`<time datetime="${known_at}">${moment(known_at)}</time>`,
  html`<time datetime="${last_attempt_at}">${moment(last_attempt_at)}</time>`,
  html`<i class="${row.last_state}"></i>${row.last_state.replace('_', ' ')}${
    row.last_reason === null ? '' : `: ${inWords(row.last_reason)}`
  }`,
];

function ageOf(hours: number): string {
  if (hours < 1) return 'less than an hour old';
  return hours < 48 ? `${counted(hours, 'hour')} old` : `${counted(Math.floor(hours / 24), 'day')} old`;
}
