// https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters
const BIDI_CONTROLS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
// Besides the control characters: line and paragraph separators, byte order mark, interlinear annotations.
const CONTROLS = /[\p{Cc}\u2028\u2029\ufeff\ufff9-\ufffb]+/gu;

/**
 * Text of a stranger's account, fit to stand in a line of ours: it can neither break the line nor turn the
 * writing direction of what follows. Joiners stay, because emoji and several scripts need them.
 */
export const cleaned = (text: string): string =>
  text.toWellFormed().replace(BIDI_CONTROLS, '').replace(CONTROLS, ' ');
