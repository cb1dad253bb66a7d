import { cleaned } from '../terminal/clean.ts';

/** Markup that may be printed as it is: made by `html`, or by `trusted` from what no stranger wrote. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Printable = Markup | string | number | undefined | readonly Printable[];

/** A template whose every value is cleaned and escaped, unless it is markup already. */
export const html = (strings: TemplateStringsArray, ...values: Printable[]): Markup =>
  new Markup(String.raw({ raw: strings }, ...values.map(printed)));

export const trusted = (text: string): Markup => new Markup(text);

function printed(value: Printable): string {
  if (value === undefined) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'object') return value.map(printed).join('');
  return escaped(cleaned(String(value)));
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Good for text and for attributes in quotes of either kind. */
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? '');
