import { html, type Markup, type Printable } from './html.ts';

/** A part of the page: what it is about on the left of a desk, what there is to see on the right. */
export const section = (id: string, title: string, about: Printable, body: Printable): Markup =>
  html`<section aria-labelledby="${id}">
<div class="about"><h2 id="${id}">${title}</h2>${about}</div>
<div class="body">${body}</div>
</section>
`;
