import { isAccountId } from '../messages/formats.ts';
import { cut, isObject, shown } from './json.ts';
import type { Problem } from './types.ts';

/** X's problems are a few lines each. What is longer is cut, so that the row of a page can be stored with them. */
const LONGEST_TEXT = 1000;
const OF_A_BODY = ['title', 'detail', 'type', 'status', 'message', 'code', 'error'];
const OF_FIELDS = ['not-authorized-for-field', 'field-unauthorized', 'field-hydration-failure'];
const OF_RESOURCES = [
  'resource-not-found',
  'resource-unavailable',
  'not-authorized-for-resource',
  'disallowed-resource',
];

/** The problem that a body is itself, then those in its `errors`. */
export function problemsOf(json: Record<string, unknown>): Problem[] {
  const { errors, data: _data, meta: _meta, includes: _includes, ...itself } = json;
  return [...(isProblem(json) ? [itself] : []), ...[errors ?? []].flat()].map(toProblem);
}

/** Whether a body is a problem itself, and not an answer that has some in its `errors`. */
export function isProblem({ data, meta, ...body }: Record<string, unknown>): boolean {
  const isAnswer = isObject(meta) || (Array.isArray(data) && data.length > 0);
  return !isAnswer && OF_A_BODY.some((word) => word in body);
}

/** Source of the shape: https://docs.x.com/x-api/fundamentals/response-codes-and-errors */
function toProblem(raw: unknown): Problem {
  if (!isObject(raw)) return { source: 'x', detail: String(short(raw)) };
  // account_id is the billing account as a number beyond 2^53, so JSON.parse has changed its digits.
  const { title, detail, type, account_id: _wrong, ...more } = raw;
  return {
    ...Object.fromEntries(Object.entries(more).map(([name, value]) => [name, short(value)])),
    source: 'x',
    ...(typeof title === 'string' && { title: cut(title, LONGEST_TEXT) }),
    ...(typeof detail === 'string' && { detail: cut(detail, LONGEST_TEXT) }),
    ...(typeof type === 'string' && { type: cut(type.slice(type.lastIndexOf('/') + 1), LONGEST_TEXT) }),
  };
}

function short(value: unknown): unknown {
  if (typeof value === 'string') return cut(value, LONGEST_TEXT);
  if (typeof value !== 'object') return value;
  const text = shown(value, LONGEST_TEXT);
  return text.startsWith('(') || text.endsWith('…') ? text : value;
}

/** X's own words, to be told: `title`, `detail`, `message` and `code` of each problem; of many the first. */
export function wordsOf(problems: Problem[]): string {
  const each = problems.map(({ title, detail, message, error, code, type }) => {
    const words = [title, detail, message, error].filter((word) => typeof word === 'string' && word !== '');
    const said = [...new Set(words)].join(': ') || type || '';
    return code === undefined ? said : `${said} (code ${shown(code, 20)})`.trim();
  });
  return cut(each.filter(Boolean).join('; '), LONGEST_TEXT);
}

/** The account that a problem names, in lower case: X repeats it as it was sent. Fields and posts are no accounts. */
export function subjectOf(problem: Problem): string | undefined {
  const { value, resource_id: id, resource_type: of, detail } = problem;
  if (of !== undefined && of !== 'user') return undefined;
  const named = [value, id].find(
    (each) => (typeof each === 'string' && each !== '') || typeof each === 'number',
  );
  // "User has been suspended: [12]." where nothing else names it.
  const subject = named ?? /\busers?\b[^[\]]*\[([^[\],\s]+)\]/i.exec(detail ?? '')?.[1];
  return subject === undefined ? undefined : String(subject).toLowerCase();
}

/**
 * What a problem says about the account that it names; null: nothing that is final. Suspended and not found share
 * one type and differ in their words only.
 */
export function statusSaid({ type, title, detail }: Problem): 'protected' | 'suspended' | 'not_found' | null {
  if (type === 'user-suspended') return 'suspended';
  if (type !== 'resource-not-found' && type !== 'not-authorized-for-resource') return null;
  if (/suspended/i.test(`${title} ${detail}`)) return 'suspended';
  if (type === 'not-authorized-for-resource') return 'protected';
  return title === 'Forbidden' ? 'suspended' : 'not_found';
}

export function isAboutField({ type, field }: Problem): boolean {
  return OF_FIELDS.includes(type ?? '') || typeof field === 'string';
}

/** The account, by its id, that a problem of a page names beside the one whose friends were asked for. */
export function otherAccountIn(problem: Problem, asked: string): string | undefined {
  const subject = subjectOf(problem);
  return subject !== asked && isAccountId(subject) ? subject : undefined;
}

/** Whether X objects to this parameter of the call. A list in brackets of all that it knows names none. */
export function namesParameter(problem: Problem, name: string): boolean {
  const { type, parameters, parameter, detail, message } = problem;
  if (isAboutField(problem) || OF_RESOURCES.includes(type ?? '')) return false;
  if (parameter === name || (isObject(parameters) && name in parameters)) return true;
  // `id` is a word of many sentences.
  const word = name.includes('_') ? `\\b${name}\\b` : `\`${name}\``;
  return new RegExp(word).test(`${detail} ${message}`.replace(/\[[^\]]*\]/g, ''));
}
