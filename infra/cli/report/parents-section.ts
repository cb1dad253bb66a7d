import { counted, grouped } from '../terminal/figures.ts';
import { accountLink } from './accounts.ts';
import type { ReportData } from './data.ts';
import { html, type Markup } from './html.ts';
import { lineSpec, type Point, thinned } from './line-chart.ts';
import { svgOf } from './render.ts';
import type { Parent } from './rows.ts';
import { section } from './section.ts';
import { day, moment } from './times.ts';

const CARD = { width: 330, height: 130 };

export async function friendsOverTime({ parents, lists, span }: ReportData): Promise<Markup> {
  const all = parents[0]?.of_parents ?? 0;
  const which =
    all > parents.length
      ? html`<p><strong>Shown are the ${parents.length} most active of ${grouped(all)} parents:</strong> those with the most
changes in the period.</p>`
      : html`<p>Each parent with a complete list, the most active first.</p>`;
  const unread = span.parents - all;
  return section(
    'parents',
    'Friends of each parent',
    html`${which}<p>Each point is a list that was read to its end. The charts share their time, but each has a scale of
its own.</p>${unread > 0 ? html`<p>${counted(unread, 'parent has', 'parents have')} no complete list in the period.</p>` : ''}`,
    parents.length === 0
      ? html`<p class="none">No list has been read to its end yet.</p>`
      : html`<div class="cards">${await Promise.all(cards(parents, lists))}</div>`,
  );
}

function cards(parents: Parent[], lists: ReportData['lists']): Promise<Markup>[] {
  const period: [string, string] = [lists[0]?.completed_at ?? '', lists.at(-1)?.completed_at ?? ''];
  const pointsOf = Map.groupBy(lists, ({ parent_id }) => parent_id);
  return parents.map((parent) => {
    const points = (pointsOf.get(parent.parent_id) ?? []).map((list) => ({
      at: list.completed_at,
      value: list.friends_listed,
    }));
    return card(parent, points, period);
  });
}

async function card(parent: Parent, points: Point[], period: [string, string]): Promise<Markup> {
  const { parent_id, parent_username, friends_listed, arrived, departed, lists } = parent;
  const [first] = points;
  const drawn =
    points.length === 1 && first
      ? html`<p class="muted">Read once, on <time datetime="${first.at}">${day(first.at)}</time>.</p>`
      : await svgOf(lineSpec(thinned(points), period, CARD), altOf(parent, points));
  return html`<article class="card" data-row>
<h3>${accountLink(parent_id, parent_username)}</h3>
<p><b>${counted(friends_listed, 'friend')}</b> <span class="plus">+${grouped(arrived)}</span>
<span class="minus">−${grouped(departed)}</span> <span class="muted">in ${counted(lists, 'list')}</span></p>
${drawn}
</article>
`;
}

function altOf({ parent_username }: Parent, points: Point[]): string {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return `Friends of @${parent_username}: no list.`;
  if (first === last) return `Friends of @${parent_username}: ${grouped(last.value)} on ${moment(last.at)}.`;
  return `Friends of @${parent_username}: ${grouped(first.value)} on ${day(first.at)}, ${grouped(last.value)} on ${day(last.at)}.`;
}
