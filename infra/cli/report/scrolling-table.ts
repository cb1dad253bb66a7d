import { html, type Markup, type Printable } from './html.ts';

/**
 * A table in a box of its own, so that on a phone the box scrolls and the page does not; its edges are shaded where there is more, and the script
 * says so in words. The box takes the focus, or a keyboard could not scroll it: https://www.w3.org/WAI/WCAG22/Techniques/general/G202
 */
export function scrollingTable(name: string, heads: string[], rows: Printable[][], look: string): Markup {
  return html`<div class="wide"><p class="hint" hidden>Scroll the table sideways for more →</p>
<div class="scroll" role="region" aria-label="${name}" tabindex="0"><table class="${look}">
<thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows.map((cells) => html`<tr data-row>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>\n`)}</tbody>
</table></div></div>`;
}
