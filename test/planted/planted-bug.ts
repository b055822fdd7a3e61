/** A mistake that somebody could make, and where it should show. */
export interface PlantedBug {
  /** What is wrong with it planted, in a few words. */
  readonly name: string;
  readonly file: string;
  /** Text that stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  /** Test files, of which at least one must fail. */
  readonly noticedBy: readonly string[];
  /** Why nobody need notice it: only for a bug that changes nothing a user could see. */
  readonly survivesBecause?: string;
}

/** The file's text with the bug in it. */
export function planted({ name, file, find, replace }: PlantedBug, text: string): string {
  const places = text.split(find).length - 1;
  if (places !== 1) throw new Error(`${name}: ${file} has what is to be replaced ${places} times, not once.`);
  return text.replace(find, () => replace);
}
