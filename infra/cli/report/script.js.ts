/**
 * The report's one script. Without it everything is there: unfolded on a phone too, unfiltered, and with shades as the
 * only sign that a table scrolls. It writes no markup, and stores and sends nothing.
 *
 * The filter: `data-row` is what is shown or not; `data-group` goes with the last of its rows; what the `data-name` of a
 * group mentions shows all of its rows.
 */
export const SCRIPT = `
(() => {
  const all = (selector, of = document) => [...of.querySelectorAll(selector)];
  const parts = all('details.part');
  // The news stay open: they are what a phone's reader came for.
  if (matchMedia('(max-width: 49.99rem)').matches) for (const part of parts.slice(1)) part.open = false;
  const unfoldTarget = () => {
    const target = document.getElementById(location.hash.slice(1));
    const part = target && target.closest('details.part');
    if (part) { part.open = true; target.scrollIntoView(); }
  };
  addEventListener('hashchange', unfoldTarget);
  for (const link of all('nav a')) link.addEventListener('click', () => setTimeout(unfoldTarget));
  unfoldTarget();
  addEventListener('beforeprint', () => { for (const part of parts) part.open = true; });

  const hint = () => {
    for (const box of all('.scroll')) box.previousElementSibling.hidden = box.scrollWidth <= box.clientWidth + 1;
  };
  addEventListener('resize', hint);
  for (const details of all('details')) details.addEventListener('toggle', hint);
  hint();

  const box = document.querySelector('.filter');
  if (!box) return;
  box.hidden = false;
  const [input, said] = [box.querySelector('input'), box.querySelector('output')];
  const rows = all('[data-row]').map((row) => {
    const group = row.closest('[data-group]');
    const name = group && group.querySelector(':scope > [data-name]');
    return { row, text: ((name ? name.textContent : '') + ' ' + row.textContent).toLowerCase() };
  });
  const groups = all('[data-group]').filter((group) => group.querySelector('[data-row]'));
  const before = new Map();
  input.addEventListener('input', () => {
    const words = input.value.toLowerCase().split(/\\s+/).filter(Boolean);
    const details = all('details.part, details.parent');
    if (words.length > 0 && before.size === 0) for (const one of details) before.set(one, one.open);
    let shown = 0;
    for (const { row, text } of rows) {
      row.hidden = !words.every((word) => text.includes(word));
      if (!row.hidden) shown += 1;
    }
    for (const group of groups) {
      const isEmpty = words.length > 0 && !group.querySelector('[data-row]:not([hidden])');
      group.hidden = isEmpty;
    }
    for (const one of details)
      if (words.length > 0) one.open = one.querySelector('[data-row]:not([hidden])') !== null;
      else if (before.has(one)) one.open = before.get(one);
    if (words.length === 0) before.clear();
    said.textContent = words.length === 0 ? '' : shown + ' of ' + rows.length + ' entries';
    hint();
  });
})();
`;
