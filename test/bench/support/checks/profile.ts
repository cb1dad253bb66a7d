/** How the list of one account changes: shares of the list, a month of 30 days where nothing else is said. */
export interface Profile {
  followed: number;
  unfollowed: number;
}

export const PROFILES = {
  quiet: { followed: 0.003, unfollowed: 0.0015 },
  typical: { followed: 0.01, unfollowed: 0.005 },
  busy: { followed: 0.03, unfollowed: 0.015 },
} satisfies Record<string, Profile>;

/** What is the same for all of them. */
export const HABITS = {
  /** Follows and unfollows come in bursts; the mean of what happens within an hour. */
  burst: 2,
  /** Half of the unfollows fall upon recent friends, at this mean depth; the others are spread evenly. */
  recentShare: 0.5,
  recentDepth: 0.05,
  /** A year. A suspended friend is counted, a deactivated one is not; some come back, at their old place. */
  suspended: 0.015,
  suspendedReturn: 0.25,
  suspendedDays: 60,
  deactivated: 0.015,
  deactivatedReturn: 1 / 3,
  deactivatedDays: 15,
  /** Of the unfollowed; some of them stand at their old place again. */
  followedAgain: 0.03,
  followedAgainDays: 20,
  atOldPlace: 0.2,
  /** A year; then that share of the list is unfollowed at once. */
  purges: 0.2,
  leastPurge: 0.03,
  mostPurge: 0.2,
  /** Of the look-ups; such a count is up to so many hours old. */
  lagging: 0.05,
  lagHours: 12,
};
