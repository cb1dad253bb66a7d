/**
 * Hides a bearer token in what is logged, where it stands as a word of its own: a short one, as local servers hand it
 * out, is part of many words. What is stored is never edited.
 */
export function hiderOf(token: string): (text: string) => string {
  if (token === '') return (text) => text;
  // X writes its tokens with %2B and %3D; what repeats one may have read them.
  const spellings = [token, decoded(token)].map((spelling) => spelling.replace(/\W/g, '\\$&'));
  const word = new RegExp(`(?<!\\w)(?:${spellings.join('|')})(?!\\w)`, 'g');
  return (text) => text.replace(word, '[bearer token]');
}

function decoded(token: string): string {
  try {
    return decodeURIComponent(token);
  } catch {
    return token;
  }
}
