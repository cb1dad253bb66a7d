import { cleaned } from '../terminal/clean.ts';
import { html, type Markup } from './html.ts';

/** A link to an account that keeps working after a rename; its names alone where the id is none. */
export function accountLink(id: string | null, username: string | null, name?: string | null): Markup {
  const handle = html`<span class="handle">${username === null ? `account ${id}` : `@${username}`}</span>`;
  const hasName = cleaned(name ?? '').trim() !== '';
  const shown = hasName ? html`<bdi>${name ?? ''}</bdi> ${handle}` : handle;
  if (id === null || !/^\d+$/.test(id)) return shown;
  return html`<a href="https://x.com/i/user/${id}" rel="noopener noreferrer">${shown}</a>`;
}
