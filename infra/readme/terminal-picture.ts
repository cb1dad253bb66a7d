import { html } from '../cli/report/html.ts';

export interface Typed {
  command: string;
  printed: string;
}

const LETTER = { width: 7.8, height: 18, size: 13 };
const MARGIN = 16;

/** What somebody typed and what was printed, as an SVG that needs no font of ours: each line is held to its width. */
export function terminalPicture(session: Typed[]): string {
  const lines = session.flatMap(({ command, printed }, n) => [
    ...(n > 0 ? [''] : []),
    `$ ${command}`,
    ...printed.trimEnd().split('\n'),
  ]);
  const width = 2 * MARGIN + LETTER.width * Math.max(...lines.map((line) => line.length));
  const height = 2 * MARGIN + LETTER.height * lines.length;
  const shown = lines.map((line, n) =>
    line === ''
      ? ''
      : html`<text x="${MARGIN}" y="${MARGIN + LETTER.height * (n + 1) - 5}" textLength="${(line.length * LETTER.width).toFixed(1)}" lengthAdjust="spacingAndGlyphs"${line.startsWith('$ ') ? html` fill="#8dbdf0"` : ''} xml:space="preserve">${line}</text>\n`,
  );
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width.toFixed(0)} ${height}" role="img" aria-label="${session.map(({ command }) => command).join('; ')}">
<rect width="100%" height="100%" rx="10" fill="#14181d"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="${LETTER.size}" fill="#e7e9ec">
${shown}</g>
</svg>
`.text;
}
