import { plainText } from './plain-text.ts';

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** A value as text and as an attribute in double quotes. */
export const xml = (value: unknown): string =>
  plainText(String(value)).replace(/[&<>"]/g, (sign) => ENTITIES[sign] ?? '');

export const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';
