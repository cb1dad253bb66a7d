import { toAsk } from '../../shared/check/verdict.ts';
import type { MetadataRequest } from '../../shared/messages/metadata-request.ts';
import type { PageRequest } from '../../shared/messages/page-request.ts';
import { copyOf, isEnd, type StoredPage } from '../../shared/plan/chain.ts';

/** R28: what follows from a page of a check that is stored: the page after it, or questions once the check has ended. */
export interface NextOfCheck {
  page: PageRequest | null;
  questions: MetadataRequest[];
}

/** `pages`: what is stored of the dispatch. The same whenever the page's message comes again. */
export function nextOfCheck(request: PageRequest, pages: StoredPage[]): NextOfCheck {
  const { pageNumber, totalPages } = request;
  const isNext = ({ pageNumber: number }: StoredPage) => number === pageNumber + 1;
  if (!pages.some(isEnd)) {
    const goesOn = pageNumber < totalPages && !pages.some(isNext);
    return { page: goesOn ? { ...request, pageNumber: pageNumber + 1 } : null, questions: [] };
  }
  const ended = copyOf(pages.filter(isEnd), pageNumber)?.check;
  return {
    page: null,
    questions:
      ended && request.check ? toAsk(ended, request.check.answers).map((id) => questionOf(request, id)) : [],
  };
}

function questionOf({ runId, dispatchId, dispatchedAt, job }: PageRequest, id: string): MetadataRequest {
  const reason = 'a friend that a check missed';
  return { runId, dispatchId, dispatchedAt, job, role: 'vanished_friend', id, reason };
}
