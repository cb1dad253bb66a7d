import { DAY_MS } from '../../../shared/times.ts';
import { followingCount } from './friends-list.ts';
import type { Account, World } from './world.ts';

/** Those of X's user fields that an app without a user sees and Dodo has a use for. */
const shown: Record<string, (account: Account, world: World) => unknown> = {
  id: ({ id }) => id,
  name: ({ name }) => name,
  username: ({ username }) => username,
  created_at: ({ key }) => new Date(Date.UTC(2009, 0, 1) + (key % 5_000) * DAY_MS),
  description: ({ key }) => `Mostly ${['music', 'law', 'football', 'soil', 'maps'][key % 5]} & more`,
  location: ({ key }) => ['Lagos', 'Zürich', undefined, 'São Paulo', 'Pune'][(key >>> 3) % 5],
  url: ({ key }) => (key % 4 === 0 ? `https://t.co/${key.toString(36)}` : ''),
  profile_image_url: ({ id }) => `https://pbs.twimg.com/profile_images/${id}/photo_normal.jpg`,
  protected: ({ status }) => status === 'protected',
  verified: ({ key }) => key % 16 === 0,
  verified_type: ({ key }) => (key % 16 === 0 ? 'blue' : 'none'),
  public_metrics: (account, world) => ({
    ...{ followers_count: account.key % 90_000, following_count: followingCount(world, account, world.day) },
    ...{ tweet_count: account.key % 40_000, listed_count: account.key % 300 },
    ...{ like_count: account.key % 60_000, media_count: account.key % 2_000 },
  }),
};

/** Of the fields asked for those that there are. What an account `shows` of its own goes before; null: not shown. */
export const profile = (world: World, who: Account, fields: string[]) =>
  Object.fromEntries(
    ['id', 'name', 'username', ...fields].map((field) => {
      const own = who.shows?.[field];
      return [field, own === undefined ? shown[field]?.(who, world) : (own ?? undefined)];
    }),
  );
