/**
 * Characters that are not what they look like: controls, what XML 1.0 (section 2.2) does not allow, and marks that are not seen or that turn
 * the direction of the text around them (Unicode's bidirectional formatting characters, zero-width ones, the byte order mark).
 */
const UNSEEN = /[\p{Cc}\p{Surrogate}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff]/gu;

/**
 * Text inside an element or a quoted attribute of HTML or XML. Names come from strangers: what would open a tag, an entity or a quotation is
 * escaped, and what is not what it looks like shows as its code point, `\u202e`, so that text reads as it is written.
 */
export function escapedMarkup(text: string): string {
  return text
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(UNSEEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
