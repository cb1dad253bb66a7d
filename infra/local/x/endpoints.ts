/** The four endpoints of X that Dodo uses, with their parameters as docs.x.com/x-api/users has them. */
import { type Answer, problem, xAnswer } from './answers.ts';
import { countedFriends, listedAmong } from './friends-list.ts';
import { PARAMETERS, unknownValue } from './parameters.ts';
import { mixText } from './people.ts';
import { profile } from './profile.ts';
import { accountOf, type By, shownPerson, type World } from './world.ts';

const ENDPOINTS: [endpoint: string, parameter: string, path: RegExp][] = [
  ['users/by', 'usernames', /^\/2\/users\/by$/],
  ['users', 'ids', /^\/2\/users$/],
  ['users/by/username/:username', 'username', /^\/2\/users\/by\/username\/([^/]+)$/],
  ['users/:id/following', 'id', /^\/2\/users\/([^/]+)\/following$/],
];
/** `values` are the accounts asked for, as sent. */
export type Call = { endpoint: string; parameter: string; by: By; values: string[]; query: URLSearchParams };

export function callOf({ pathname, searchParams: query }: URL): Call | undefined {
  for (const [endpoint, parameter, path] of ENDPOINTS) {
    const match = path.exec(pathname);
    const values = (match?.[1] ?? query.get(parameter) ?? '').split(',');
    if (match)
      return { endpoint, parameter, by: parameter.startsWith('id') ? 'id' : 'username', values, query };
  }
  return undefined;
}

export function answerTo(world: World, call: Call): Answer {
  const { by, parameter, values, query } = call;
  const fields = query.get('user.fields')?.split(',') ?? [];
  const max = query.get('max_results') ?? '100';
  const [listed = '', unlisted] = unknownValue(query) ?? [];
  const pattern = by === 'id' ? /^\d{1,19}$/ : /^\w{1,15}$/;
  const wrongs: [string, string | undefined, string][] = [
    [parameter, values.find((value) => !pattern.test(value)), `does not match ${pattern.source}`],
    [parameter, values[100] && `${values}`, 'has not between 1 and 100 values'],
    [listed, unlisted, `is not one of [${PARAMETERS[listed]}]`],
    ['max_results', /^([1-9]\d{0,2}|1000)$/.test(max) ? undefined : max, 'is not between 1 and 1000'],
  ];
  for (const [PARAMETER, VALUE, WHY] of wrongs)
    if (VALUE !== undefined) return xAnswer('refused', { PARAMETER, VALUE, WHY });
  return parameter === 'id' ? following(world, call, fields, Number(max)) : lookUp(world, call, fields);
}

/** The account, or the entry of `errors` where X does not show it; of protected ones it hides the friends only. */
function look(world: World, { by, parameter }: Call, value: string) {
  const account = accountOf(world, by, value);
  const status = account?.status ?? 'deleted';
  if (account && (status === 'active' || (status === 'protected' && parameter !== 'id'))) return { account };
  const isGone = status === 'deleted' || status === 'deactivated';
  return { error: problem(isGone ? 'not-found' : status, parameter, value) };
}

function lookUp(world: World, call: Call, fields: string[]): Answer {
  const seen = [...new Set(call.values)].map((value) => look(world, call, value));
  const data = seen.flatMap(({ account }) => (account ? profile(world, account, fields) : []));
  const errors = seen.flatMap(({ error }) => error ?? []);
  const found = data.length > 0 && { data: call.parameter === 'username' ? data[0] : data };
  return { status: 200, body: { ...found, ...(errors.length > 0 && { errors }) } };
}

function following(world: World, call: Call, fields: string[], max: number): Answer {
  const { id, offset, page, token } = placeOf(world, call);
  if (page === 0) return xAnswer('token-rejected', { TOKEN: `${token}` });
  const { account, error } = look(world, call, id);
  if (!account) return { status: 200, body: { errors: [error] } };
  const friends = countedFriends(world, account, world.day);
  const cut = friends.subarray(offset, page === account.emptyPageAt ? offset : offset + max);
  const people = listedAmong(world, cut, world.day);
  const data = Array.from(people, (number) => profile(world, shownPerson(world, number), fields));
  const end = offset + cut.length;
  const next = end < friends.length && { next_token: pageToken(world, id, end, page + 1) };
  const meta = { result_count: data.length, ...next };
  return { status: 200, body: { ...(data.length > 0 && { data }), meta } };
}

/** Positional, as X's tokens are: where the list changes between two pages, the second page shifts. */
export function pageToken({ seed }: World, id: string, offset: number, page: number): string {
  const place = `${id}.${offset}.${page}`;
  return Buffer.from(`${place}.${mixText(seed, place)}`).toString('base64url');
}

/** Where a call stands in the list; its page is 0 where the token was not made for this account. */
export function placeOf(world: World, { values: [id = ''], query }: Call) {
  const token = query.get('pagination_token');
  if (token === null) return { id, offset: 0, page: 1, token };
  const [, offset = 0, page = 0] = Buffer.from(token, 'base64url').toString().split('.').map(Number);
  return { id, offset, page: pageToken(world, id, offset, page) === token ? page : 0, token };
}
