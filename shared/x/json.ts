export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value that came as JSON, for people to read: of more than `most` characters, the beginning. */
export function shown(value: unknown, most: number): string {
  try {
    return cut(JSON.stringify(value) ?? 'nothing', most);
  } catch {
    return '(nested too deeply to be shown)';
  }
}

/** A cut may halve a pair of surrogates. */
export function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most).toWellFormed()}…`;
}
