/** Replaces NUL and lone surrogates, which databases refuse, by U+FFFD. */
export function storableText(text: string): string {
  const wellFormed = text.isWellFormed() ? text : text.toWellFormed();
  return wellFormed.includes('\0') ? wellFormed.replaceAll('\0', '\uFFFD') : wellFormed;
}

export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}
