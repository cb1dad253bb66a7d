import { cleaned } from '../terminal/clean.ts';

/** Of the first plane's last two, which XML must not have either: https://www.w3.org/TR/xml/#charsets */
const NO_CHARACTERS = /[\ufffe\uffff]/g;

/** Text of a stranger's account as it may stand in a file: no control characters, none that turns the writing. */
export const plainText = (text: string): string => cleaned(text).replace(NO_CHARACTERS, '');
