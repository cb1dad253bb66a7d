import { commandOn } from '../target/again.ts';
import { counted, grouped } from '../terminal/figures.ts';
import type { ReportData } from './data.ts';
import { friendLine } from './friend.ts';
import { html, type Markup } from './html.ts';
import type { SharedFriend } from './rows.ts';
import { section } from './section.ts';
import { interval } from './times.ts';

/** Whom several parents took up, or lost, in the period. */
export function sharedFriends({ shared, options }: ReportData): Markup {
  const all = commandOn({ options }, 'changes');
  const [came, went] = [true, false].map((isArrival) =>
    shared.filter(({ is_arrival }) => is_arrival === isArrival),
  );
  return section(
    'shared',
    'By several parents',
    html`<p>Friends whom at least two parents followed in the period, or no longer list. Each parent counts once, whatever
came between.</p>`,
    shared.length === 0
      ? html`<p class="none">Nobody was followed or lost by two parents in the period.</p>`
      : html`${list('Followed by several parents', 'followed', { friends: came ?? [], all })}${list('Lost by several parents', 'departed', { friends: went ?? [], all })}`,
  );
}

/** `all`: the command that shows those that are left out. */
function list(
  name: string,
  swatch: string,
  { friends, all }: { friends: SharedFriend[]; all: string },
): Markup {
  const [first] = friends;
  if (!first) return html``;
  const left = first.of_friends - friends.length;
  return html`<div data-group><h3>${name}</h3>
<ul class="friends framed">${friends.map((friend) => html`<li data-row><i class="${swatch}"></i>${friendLine(friend)}${by(friend)}</li>\n`)}</ul>
${left > 0 ? html`<p class="more">and ${grouped(left)} more: <code>${all}</code></p>` : ''}</div>
`;
}

function by({ parents, parent_usernames, not_before, not_after }: SharedFriend): Markup {
  const left = parents - parent_usernames.length;
  const names = parent_usernames.map(
    (name, n) => html`${n > 0 ? ', ' : ''}<span class="handle">@${name}</span>`,
  );
  return html`<p class="by"><b>${counted(parents, 'parent')}</b>: ${names}${left > 0 ? ` and ${grouped(left)} more` : ''}
<span class="muted">${interval(not_before, not_after)}</span></p>`;
}
