import { type Chain, endsList } from '../../model/chain.ts';

/** What is wrong with a chain that the views show; null: nothing. */
export function flawOf({ head, pages, friends, isComplete }: Chain): string | null {
  const numbers = pages.map((page) => page.page_number).join();
  const expected = Array.from({ length: head.page_number }, (_, index) => index + 1).join();
  if (numbers !== expected) return `it shows the pages ${numbers}, not ${expected}`;
  let token: string | null = null;
  for (const page of pages) {
    if (page.page_token !== token) return `page ${page.page_number} does not follow from the one before`;
    token = page.next_token;
  }
  if (new Set(friends.map(({ id }) => id)).size !== friends.length) return 'it shows a friend twice';
  return isComplete === endsList(head)
    ? null
    : `it is ${isComplete ? 'complete without' : 'not complete at'} an end of the list`;
}
