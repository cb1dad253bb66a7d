import type { Answer } from './answers.ts';
import { type Call, placeOf } from './endpoints.ts';
import { accountOf, type World } from './world.ts';

const tally = (): Record<string, number> => ({});
/** `users` are those returned, which X charges for; `byParentPage` counts answers with 200 by username/page. */
export const noCalls = () => ({ total: 0, refused: 0, users: 0, byEndpoint: tally(), byParentPage: tally() });

export type CallCounts = ReturnType<typeof noCalls>;

const add = (to: Record<string, number>, key: string) => Object.assign(to, { [key]: (to[key] ?? 0) + 1 });

/** Of an endpoint that returns no users, too. */
export function countAnswer(calls: CallCounts, endpoint: string, { status }: Answer): void {
  calls.total++;
  calls.refused += status === 429 ? 1 : 0;
  add(calls.byEndpoint, endpoint);
}

export function countCall(calls: CallCounts, world: World, call: Call, answer: Answer): void {
  const { id, page } = placeOf(world, call);
  countAnswer(calls, call.endpoint, answer);
  calls.users += returnedBy(answer).length;
  if (call.parameter !== 'id' || answer.status !== 200) return;
  add(calls.byParentPage, `${accountOf(world, 'id', id)?.username ?? id}/${page}`);
}

/** The users in an answer: X charges for what it sends, be it hard to read. */
export function returnedBy({ body }: Answer): ({ id?: unknown } | null)[] {
  const { data = [] } = (typeof body === 'string' ? readable(body) : (body ?? {})) as { data?: object };
  return [data].flat();
}

function readable(text: string): object {
  try {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: such a character is what makes it hard to read
    return JSON.parse(text.replace(/^\ufeff/, '').replace(/[\u0000-\u001f]/g, ' '));
  } catch {
    return {};
  }
}
