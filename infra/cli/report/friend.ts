import { grouped } from '../terminal/figures.ts';
import { accountLink } from './accounts.ts';
import { html, type Markup } from './html.ts';
import type { Change } from './rows.ts';

/** Who a friend is, as it was last listed. */
export type Friend = Pick<
  Change,
  'friend_id' | 'friend_username' | 'friend_name' | 'friend_description' | 'friend_followers_count'
> & { friend_verified_type?: string | null };

/** Name, followers and verification on one line; `seen` is what became of it. */
export function friendLine(friend: Friend, seen: Markup | string = ''): Markup {
  const { friend_id, friend_username, friend_name, friend_followers_count, friend_verified_type } = friend;
  const facts = [
    ...(friend_followers_count === null ? [] : [`${grouped(friend_followers_count)} followers`]),
    ...(friend_verified_type && friend_verified_type !== 'none'
      ? [`verified (${friend_verified_type})`]
      : []),
  ];
  return html`<p>${accountLink(friend_id, friend_username, friend_name)} <span class="muted">${facts.join(', ')}</span>${seen}</p>
${words(friend)}`;
}

/** What it says about itself, in its own words. */
const words = ({ friend_description }: Friend): Markup =>
  friend_description === null || friend_description.trim() === ''
    ? html``
    : html`<p class="words"><q>${friend_description}</q></p>`;
