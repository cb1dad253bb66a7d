import { createHash } from 'node:crypto';
import { dispatchIdOf, importedRunIdOf, insertIdOf } from '../../../shared/ids.ts';
import { isoOf } from '../../../shared/times.ts';
import { type ArchivedPage, UNTOLD } from './archived-pages.ts';

/** A list as the archives hold it: pages that follow from one another. Its ids are made of what it holds. */
export interface ArchivedList {
  runId: string;
  dispatchId: string;
  parentId: string;
  /** When its first page was retrieved. */
  dispatchedAtMs: number;
}

/** A page in its place in a list. */
export interface PlacedPage extends ArchivedPage {
  list: ArchivedList;
  /** Of the page in the list, from 1. */
  number: number;
  fetchId: string;
  /** The fetch ids of the pages before it, in order. */
  lineage: string[];
  /** The list ends with it, and is there from its first page on. */
  endsList: boolean;
}

/** A page that another may follow from. A list of 10,000 pages shares its links. */
interface Link {
  fetchId: string;
  number: number;
  before: Link | null;
}

/** Where the page belongs that a token asks for. */
interface Place {
  list: OpenList;
  number: number;
  before: Link | null;
  /** The page that named the token, or that was asked for by it, was retrieved then. */
  sinceMs: number;
}

interface OpenList extends ArchivedList {
  keys: string[];
}

/**
 * Finds the list that a page belongs to, and its place there: X hands out the token of a page with the page before it,
 * and nothing else proves that one follows from the other (R3). Of flattened pages no token is left but those that they
 * were asked for by: they follow in the order of the archive. Pages are given in that order; of each the ids are kept
 * until its list has ended.
 */
export class Chains {
  readonly #places = new Map<string, Place>();
  /** By parent: where its next flattened page belongs. */
  readonly #flattened = new Map<string, Place>();

  place(page: ArchivedPage): PlacedPage {
    const { list, number, before } = this.#placeOf(page);
    const lineage = lineageOf(before);
    const fetchId = fetchIdOf(list, number, page);
    this.#goOn(page, { fetchId, number, before }, list);
    const isEnd = page.answer.kind === 'scraped' && page.answer.nextToken === null;
    return {
      ...{ ...page, list, number, fetchId, lineage },
      endsList: isEnd && number === lineage.length + 1,
    };
  }

  #placeOf(page: ArchivedPage): Place {
    const { parentId, pageToken, retrievedAtMs, isFlattened } = page;
    if (pageToken !== null) {
      const follows = isFlattened ? this.#flattened.get(parentId) : undefined;
      const place = this.#places.get(keyOf(page, pageToken)) ?? follows;
      if (place && place.sinceMs <= retrievedAtMs) return place;
    }
    const runId = importedRunIdOf(page);
    const dispatchId = dispatchIdOf(runId, parentId);
    const list = { runId, dispatchId, parentId, dispatchedAtMs: retrievedAtMs, keys: [] };
    // What stands before it is in no archive, so that it can never be complete.
    return { list, number: pageToken === null ? 1 : 2, before: null, sinceMs: retrievedAtMs };
  }

  #goOn(page: ArchivedPage, link: Link, list: OpenList): void {
    const { parentId, pageToken, retrievedAtMs: sinceMs, isFlattened, answer } = page;
    const next = { list, number: link.number + 1, before: link, sinceMs };
    // A program that goes on where it was stopped asks for its last page again.
    if (pageToken !== null)
      this.#keep(keyOf(page, pageToken), { list, number: link.number, before: link.before, sinceMs });
    if (isFlattened) this.#flattened.set(parentId, next);
    else if (answer.kind === 'scraped' && answer.nextToken !== null)
      this.#keep(keyOf(page, answer.nextToken), next);
    else this.#end(list);
  }

  #keep(key: string, place: Place): void {
    this.#places.set(key, place);
    place.list.keys.push(key);
  }

  #end(list: OpenList): void {
    for (const key of list.keys) if (this.#places.get(key)?.list === list) this.#places.delete(key);
    list.keys = [];
  }
}

const keyOf = ({ parentId, isFlattened }: ArchivedPage, token: string): string =>
  `${isFlattened ? 'flattened' : ''}/${parentId}/${token}`;

function lineageOf(last: Link | null): string[] {
  const ids: string[] = [];
  for (let link = last; link; link = link.before) ids.push(link.fetchId);
  return ids.reverse();
}

/** The same for the same page, in whichever file it stands. */
function fetchIdOf({ dispatchId }: ArchivedList, number: number, page: ArchivedPage): string {
  const { answer, isFlattened, pageToken, retrievedAtMs } = page;
  const said =
    answer.kind === 'scraped'
      ? [answer.friends.map(({ id }) => id), answer.unknownFriends, answer.nextToken ?? null]
      : [answer.reason];
  const content = JSON.stringify([isFlattened, pageToken, isoOf(retrievedAtMs), ...said]);
  return insertIdOf(`${dispatchId}/${number}/${createHash('sha256').update(content).digest('hex')}`);
}

/** Whether an archive says of a page that the list goes on after it. */
export const goesOn = ({ answer }: ArchivedPage): boolean =>
  answer.kind === 'scraped' && answer.nextToken !== null && answer.nextToken !== UNTOLD;
