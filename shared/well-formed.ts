/** Escapes of surrogates that follow one another; a backslash that is escaped itself begins none. */
const SURROGATES = /(?=\\u[dD])(?<=(?<!\\)(?:\\\\)*)(?:\\u[dD][89a-fA-F][0-9a-fA-F]{2})+/g;

/**
 * R8: the one place where JSON from outside, of X and of messages, becomes well-formed Unicode: it can spell half a
 * surrogate pair, which nothing that stores text takes. A byte order mark is no part of the text.
 */
export function wellFormed(text: string): string {
  const whole = text.replace(/^\uFEFF/, '').toWellFormed();
  return whole.replace(SURROGATES, (escapes) => String(JSON.parse(`"${escapes}"`)).toWellFormed());
}
