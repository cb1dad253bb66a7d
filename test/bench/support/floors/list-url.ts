import { USER_FIELDS } from '../../../../shared/x/account.ts';
import type { TestStack } from '../../../support/stack.ts';

/** The first page of whom an account follows, as getpage asks the simulator for it. */
export function listUrl(on: TestStack, id: string, pageSize: number): string {
  const query = new URLSearchParams({ max_results: String(pageSize), 'user.fields': USER_FIELDS.join() });
  return `${on.stack.config.X_API_BASE_URL}/2/users/${id}/following?${query}`;
}

/** Its page at a token; undefined: the first. */
export function pageUrl(list: string, token: string | undefined): string {
  const url = new URL(list);
  if (token !== undefined) url.searchParams.set('pagination_token', token);
  return url.href;
}
