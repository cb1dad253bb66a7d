/**
 * An account as X describes it, flattened to the columns of our tables. X omits what it does not know.
 * Source: https://docs.x.com/x-api/fundamentals/data-dictionary (user object).
 */
export interface Account {
  /** Digits; passes 2^53, so never a number. */
  id: string;
  username: string;
  name?: string;
  /** ISO 8601. */
  created_at?: string;
  description?: string;
  location?: string;
  url?: string;
  profile_image_url?: string;
  protected?: boolean;
  verified?: boolean;
  verified_type?: string;
  followers_count?: number;
  following_count?: number;
  listed_count?: number;
  post_count?: number;
  like_count?: number;
  media_count?: number;
}

/** What X objected to, beside or instead of data: https://docs.x.com/x-api/fundamentals/response-codes-and-errors */
export interface Problem {
  source: 'x' | 'bigquery';
  title?: string;
  detail?: string;
  /** Last path segment of X's problem type; the host differs between api.x.com and api.twitter.com. */
  type?: string;
  [more: string]: unknown;
}

/** What the headers x-rate-limit-* of an answer say: https://docs.x.com/x-api/fundamentals/rate-limits */
export interface RateLimit {
  limit: number;
  remaining: number;
  /** Milliseconds since 1970 by X's clock (the header has seconds). */
  resetMs: number;
}

export type UnavailableReason =
  | 'protected'
  | 'suspended'
  | 'not_found'
  | 'page_token_rejected'
  | 'cursor_loop'
  | 'refused'
  | 'over_plan';

export type WaitCause =
  | 'rate-limited'
  | 'credits-exhausted'
  | 'spend-cap'
  | 'usage-cap'
  | 'credentials-refused'
  | 'not-understood'
  | 'unreadable'
  | 'x-unreachable';

/** X says wait. `closeUntilMs` null: the gate stays open (a fault of this one call). */
export interface Wait {
  kind: 'wait';
  cause: WaitCause;
  /** X's own words, for the log. */
  detail: string;
  /** What X said in full, where waiting may end in a row that says so. */
  problems?: Problem[];
  closeUntilMs: number | null;
  alert: boolean;
}

export interface ScrapedPage {
  kind: 'scraped';
  friends: Account[];
  /** Ids of accounts that X spoke of in this list without listing them so that we can: neither seen nor gone. */
  unknownFriends: string[];
  /** How many accounts X returned of which not even the id can be read: each may be anybody who is missing. */
  unreadableFriends: number;
  /** How many friends X returned and charges for, with those that could not be read. */
  charged: number;
  /** Null: the list ends here, since X sent a `meta` without a next token. */
  nextToken: string | null;
  problems: Problem[];
}

/** Final: what X says of the account, or of the parameters of this very call. `detail`: X's own words, for the log. */
export interface UnavailablePage {
  kind: 'unavailable';
  reason: UnavailableReason;
  detail: string;
  problems: Problem[];
}

export type PageAnswer = ScrapedPage | UnavailablePage;

/** `unknown`: X was asked and did not say. */
export type AccountStatus = 'active' | 'protected' | 'suspended' | 'not_found' | 'unknown';

/** What X says of one requested account. `account` is there for active, and for protected unless X hides it. */
export interface Observation {
  /** As requested: an id, or a username in lower case. */
  requested: string;
  status: AccountStatus;
  account?: Account;
  problems: Problem[];
}

export interface LookupAnswer {
  kind: 'looked-up';
  /** One per requested account, in the order requested. */
  observations: Observation[];
}

/** One HTTP exchange with X: what it means, and what it says about the rate limit (null: no such headers). */
export interface Exchange<A> {
  answer: A | Wait;
  rate: RateLimit | null;
}

/** What an account is asked for by. */
export type LookUpBy = 'username' | 'id';

/** The endpoints, each with a window of its own. */
export type Endpoint = 'following' | 'users-by-username' | 'users-by-id';

/** X as the services need it. Never throws for what X or the network does: that is a `Wait`. */
export interface X {
  /** One page of the friends of account `id`: GET /2/users/:id/following */
  following(page: {
    id: string;
    maxResults: number;
    paginationToken: string | null;
  }): Promise<Exchange<PageAnswer>>;
  /** Up to 100 accounts in one call: GET /2/users/by?usernames=… or GET /2/users?ids=… */
  lookup(by: LookUpBy, values: string[]): Promise<Exchange<LookupAnswer>>;
}
