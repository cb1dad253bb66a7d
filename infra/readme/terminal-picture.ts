import { text } from 'node:stream/consumers';

const [CHARACTER, LINE, EDGE] = [7.2, 17, 14]; // pixels of the usual fixed-width fonts at 12 px
const ESCAPED: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** The lines as a terminal shows them, as SVG. */
export function terminalPicture(lines: string[]): string {
  const width = Math.ceil(Math.max(...lines.map((line) => line.length)) * CHARACTER + 2 * EDGE);
  const height = lines.length * LINE + 2 * EDGE;
  const texts = lines.map((line, index) => {
    const escaped = line.replaceAll(/[&<>]/g, (character) => ESCAPED[character] ?? '');
    // The length keeps columns in line, whatever font there is.
    const length = (line.length * CHARACTER).toFixed(1);
    return `<text x="${EDGE}" y="${EDGE + index * LINE + 12}" textLength="${length}" xml:space="preserve">${escaped}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    '<title>What npm start prints</title>',
    `<rect width="100%" height="100%" rx="8" fill="#16181d"/>`,
    `<g fill="#e4e6eb" font-size="12" font-family="ui-monospace, Menlo, Consolas, monospace">`,
    ...texts.filter((_, index) => lines[index] !== ''),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

/** Of what `npm start` prints: the second run of the first day, and how it compares with the simulator's truth. */
export function firstPeople(printed: string): string[] {
  const [, run = ''] = printed.split(/^(?=Run )/m).filter((part) => part.startsWith('Run '));
  return ['$ npm start', ...run.slice(0, run.indexOf('exactly.') + 8).split('\n')];
}

// npm start | node infra/readme/terminal-picture.ts > infra/readme/terminal.svg
if (import.meta.main) process.stdout.write(terminalPicture(firstPeople(await text(process.stdin))));
