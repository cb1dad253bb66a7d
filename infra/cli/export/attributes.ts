/** What a network file tells of an account and of an edge, besides who follows whom: the columns of the query too. */
export type AttributeType = 'text' | 'count' | 'boolean' | 'time';
export interface Attribute {
  name: string;
  type: AttributeType;
}

const of = (type: AttributeType, names: string): Attribute[] =>
  names.split(' ').map((name) => ({ name, type }));

/** As X said it where the account was seen last: the columns of `account_metadata`, and of `friends` with `friend_`. */
export const SAID_BY_X: Attribute[] = [
  ...of('text', 'username name description location url profile_image_url'),
  ...of('time', 'created_at'),
  ...of('boolean', 'protected verified'),
  ...of('text', 'verified_type'),
  ...of('count', 'followers_count following_count listed_count post_count like_count media_count'),
];

/** Of a node. A parent is one of whom the file has the friends. */
export const OF_ACCOUNT: Attribute[] = [...SAID_BY_X, ...of('boolean', 'is_parent')];

/** Of an edge: columns of the view `current_friends`. */
export const OF_EDGE: Attribute[] = [
  ...of('time', 'first_listed_at last_seen_at'),
  ...of('boolean', 'is_carried'),
  ...of('time', 'full_read_at'),
  ...of('text', 'job'),
];

export const namesOf = (attributes: Attribute[]): string[] => attributes.map(({ name }) => name);
