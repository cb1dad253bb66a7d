import { html, type Markup, type Printable, trusted } from './html.ts';

/** A part of the page, which can be folded: what it is about, and what there is to see. */
export const section = (id: string, title: string, about: Printable, body: Printable): Markup =>
  html`<section aria-labelledby="${id}" data-group><details class="part" open>
<summary><h2 id="${id}">${title}</h2></summary>
<div class="inside"><div class="about">${about}</div>
<div class="body">${body}</div></div>
</details></section>
`;

/** Links to the parts that there are; each stands in its own `section`. */
export function contents(sections: Markup[]): Markup {
  const links = sections.flatMap(({ text }) => {
    // Of our own making just above.
    const [, id, title] = /<h2 id="([^"]*)">(.*?)<\/h2>/.exec(text) ?? [];
    return id === undefined || title === undefined ? [] : [{ id, title: trusted(title) }];
  });
  return html`<nav aria-label="Contents"><ul>${links.map(
    ({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`,
  )}</ul></nav>
`;
}
