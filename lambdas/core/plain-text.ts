/**
 * Control characters, and those that turn the direction of writing (Unicode's Bidi_Control): a terminal obeys them. Also
 * Unicode's separators of lines and paragraphs.
 */
const control = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;

/** Text from elsewhere, such as a project's name, on one line and without what a terminal would obey. */
export const plainText = (text: string): string => text.replace(control, " ");
