import { commandOn } from '../target/again.ts';
import { counted, grouped } from '../terminal/figures.ts';
import type { ReportData } from './data.ts';
import { friendLine } from './friend.ts';
import { html, type Markup } from './html.ts';
import type { Change, Group } from './rows.ts';
import { section } from './section.ts';
import { NONE, seriesOf } from './series.ts';
import { interval, moment } from './times.ts';

/** What was seen last comes first: by run and parent, to unfold. */
export function news(data: ReportData): Markup {
  const { groups, news } = data;
  const [first] = groups;
  if (!first) return section('news', 'News', '', NONE);
  const changesOf = Map.groupBy(news, (change) => keyOf(change));
  const runs = [...Map.groupBy(groups, ({ run_id, dispatched_at }) => `${dispatched_at} ${run_id}`).values()];
  const left = first.of_groups - groups.length;
  return section(
    'news',
    'News',
    html`<p>The newest run that showed a change names ${counted(first.run_parents, 'parent')}:
<b>+${grouped(first.run_arrived)}</b> new on a list, <b>−${grouped(first.run_departed)}</b> no longer listed. Unfold a
parent to see whom, those with the most followers first.</p>`,
    html`${runs.map((ofRun) => run(ofRun, changesOf, { isNewest: ofRun[0] === first, data }))}${
      left > 0
        ? html`<p class="more">and ${counted(left, 'parent')} more, of these runs or older ones: <code>${commandOn(data, 'changes')}</code></p>`
        : ''
    }`,
  );
}

const keyOf = ({ run_id, dispatch_id, parent_id }: Change | Group): string =>
  JSON.stringify([run_id, dispatch_id, parent_id]);

function run(
  groups: Group[],
  changesOf: Map<string, Change[]>,
  { isNewest, data }: { isNewest: boolean; data: ReportData },
): Markup {
  const [first] = groups;
  if (!first) return html``;
  const job = first.job === null ? '' : html`, ${first.job}`;
  return html`<div class="run" data-group>
<h3>Run of <time datetime="${first.dispatched_at}">${moment(first.dispatched_at)}</time>${job}
<span class="muted">${first.run_id.slice(0, 8)}</span></h3>
${groups.map((group, n) => parent(group, changesOf.get(keyOf(group)) ?? [], { isUnfolded: isNewest && n === 0, data }))}</div>
`;
}

/** The newest one is unfolded: so it is seen what there is to unfold. */
function parent(
  group: Group,
  changes: Change[],
  { isUnfolded, data }: { isUnfolded: boolean; data: ReportData },
): Markup {
  const { parent_username, arrived, departed, not_before, not_after } = group;
  const [went, came] = [true, false].map((isGone) =>
    changes.filter(({ change }) => (change === 'no_longer_listed') === isGone),
  );
  return html`<details class="parent" data-group${isUnfolded ? html` open` : ''}>
<summary data-name><span class="handle">@${parent_username}</span> <b class="plus">+${grouped(arrived)}</b>
<b class="minus">−${grouped(departed)}</b> <span class="muted when">${interval(not_before, not_after)}</span></summary>
${list('New on the list', came ?? [], { all: arrived, group, data })}${list('No longer listed', went ?? [], { all: departed, group, data })}</details>
`;
}

function list(
  name: string,
  changes: Change[],
  { all, group, data }: { all: number; group: Group; data: ReportData },
): Markup {
  if (all === 0) return html``;
  const left = all - changes.length;
  return html`<div data-group><h4>${name}</h4>
<ul class="friends">${changes.map(
    (change) =>
      html`<li data-row><i class="${seriesOf(change)}"></i>${friendLine(change, seen(change, group))}</li>\n`,
  )}</ul>
${left > 0 ? html`<p class="more">and ${grouped(left)} more: <code>${commandOn(data, `changes --parent ${group.parent_id}`)}</code></p>` : ''}</div>
`;
}

/** What was seen, and no more: who is no longer listed has not necessarily been unfollowed. */
function seen(change: Change, group: Group): Markup {
  const said = [
    ...(change.change === 'reappeared'
      ? [`listed again, after ${counted(change.absent_dispatches ?? 1, 'list')} without`]
      : []),
    ...(change.change === 'no_longer_listed' ? [STATUS[change.status_of_friend ?? 'unknown']] : []),
    // A check says nothing of most friends: what it says of one may be compared with an older read than the rest.
    ...(change.not_before === group.not_before ? [] : [`since ${moment(change.not_before)}`]),
  ];
  return said.length === 0 ? html`` : html` <span class="muted seen">(${said.join('; ')})</span>`;
}

const STATUS = {
  active: 'the account is active',
  suspended: 'the account is suspended',
  not_found: 'the account is not found any more',
  unknown: 'the account’s status is unknown',
};
