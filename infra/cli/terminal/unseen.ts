/** Around a name as pages give it: of order, of places to break, of direction (but for what turns the letters). */
const MARK = '[\\s\\uFEFF\\u00AD\\u200B-\\u200F\\u202A-\\u202C\\u2060\\u2066-\\u2069]+';
const UNSEEN = new RegExp(`^${MARK}|${MARK}$`, 'g');

/** What is left of a line, or of a cell, without them. */
export const withoutUnseen = (text: string): string => text.replace(UNSEEN, '');
