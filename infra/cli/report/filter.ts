import { html } from './html.ts';

/** Hidden without the script that makes it work. */
export const FILTER = html`<div class="filter" role="search" hidden>
<label for="filter">Show only what mentions</label>
<input id="filter" type="search" autocomplete="off" spellcheck="false" placeholder="a name, a username, a word">
<output for="filter"></output>
</div>
`;
