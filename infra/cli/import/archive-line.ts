import { isAccountId } from '../../../shared/messages/formats.ts';
import { isIsoTime } from '../../../shared/messages/iso-time.ts';
import { DAY_MS } from '../../../shared/times.ts';
import { wellFormed } from '../../../shared/well-formed.ts';
import { parseBody } from '../../../shared/x/body.ts';
import { isObject } from '../../../shared/x/json.ts';
import { pageOutcome } from '../../../shared/x/outcome.ts';
import type { PageAnswer } from '../../../shared/x/types.ts';
import { type Line, refused } from './lines.ts';

/** What X was asked by twarc, and when it had answered. */
export interface ArchivedRequest {
  parentId: string;
  /** Null: for the first page. */
  pageToken: string | null;
  /** Friends. */
  pageSize: number;
  retrievedAtMs: number;
  /** Of the server that was asked: X, but in rehearsals. */
  host: string;
}

/** A line of an archive as twarc2 writes it: an answer of X, or a friend of one (`twarc2 flatten`). */
export type ArchiveLine = ArchivedRequest &
  ({ kind: 'page'; answer: PageAnswer } | { kind: 'friend'; user: Record<string, unknown> });

/** What X returns unless told: https://docs.x.com/x-api/users/get-following */
const USUAL_PAGE_SIZE = 100;
const FOLLOWING = /^\/2\/users\/(\d{1,19})\/following$/;

/** Throws WrongUsage, with the number of the line, for what is no line of such an archive. */
export function archiveLine(line: Line, nowMs: number): ArchiveLine {
  const text = wellFormed(line.text);
  const json = parseBody(text);
  if (!json && line.isUnended && line.text.startsWith('{')) throw refused(line, cutOff(line));
  if (!json) throw refused(line, 'it is no JSON object; an archive of twarc2 has one on each line');
  const request = requestOf(json, line, nowMs);
  const isAnswer = ['data', 'meta', 'errors'].some((field) => field in json);
  if (!isAnswer && ('id' in json || 'username' in json)) {
    if (!isAccountId(json.id) || !('username' in json)) throw refused(line, 'it is no friend of a list');
    return { ...request, kind: 'friend', user: json };
  }
  return { ...request, kind: 'page', answer: answerIn(text, request, line, nowMs) };
}

const cutOff = ({ number }: Line): string =>
  `the file is cut off in the middle of it${number === 1 ? '' : `. Without it, "head -n ${number - 1}" of the file can be imported`}`;

/** What X's answer means, by the table that its answers to Dodo are read by. */
export function answerIn(text: string, request: ArchivedRequest, line: Line, nowMs: number): PageAnswer {
  const { parentId: id, pageToken: paginationToken } = request;
  const answer = pageOutcome({ status: 200, headers: {}, body: text }, { id, paginationToken, now: nowMs });
  if (answer.kind === 'wait') throw refused(line, `it is no page of a list (${answer.detail})`);
  return answer;
}

/** https://twarc-project.readthedocs.io/en/latest/twarc2_en_us/ (`__twarc`: url, version, retrieved_at). */
function requestOf({ __twarc: made }: Record<string, unknown>, line: Line, nowMs: number): ArchivedRequest {
  if (!isObject(made) || typeof made.url !== 'string' || typeof made.retrieved_at !== 'string')
    throw refused(line, 'it has no __twarc with url and retrieved_at, so it was not written by twarc2');
  const url = URL.parse(made.url);
  const parentId = FOLLOWING.exec(url?.pathname ?? '')?.[1];
  if (!url || parentId === undefined)
    throw refused(
      line,
      `it was asked for at ${url?.pathname ?? made.url}, and lists of friends are at /2/users/ID/following`,
    );
  if (!isIsoTime(made.retrieved_at)) throw refused(line, `${made.retrieved_at} is no time of retrieval`);
  const retrievedAtMs = Date.parse(made.retrieved_at);
  if (retrievedAtMs > nowMs + DAY_MS) throw refused(line, `${made.retrieved_at} is still to come`);
  const pageSize = Number(url.searchParams.get('max_results') ?? USUAL_PAGE_SIZE);
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > 1000)
    throw refused(line, `max_results is ${url.searchParams.get('max_results')}`);
  return {
    parentId,
    pageToken: url.searchParams.get('pagination_token'),
    pageSize,
    retrievedAtMs,
    host: url.hostname,
  };
}
