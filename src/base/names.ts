/** What two spellings of one name have in common, the closest first. */
const forms: readonly ((name: string) => string)[] = [
  (name) => name,
  // macOS stores "é" as two letters, most others as one.
  (name) => name.normalize("NFC"),
  // Tables and people drop outer spaces.
  (name) => name.normalize("NFC").trim(),
];

/**
 * Finds a name among those that are there: the very same; else the only one that is the same in Unicode's form NFC; else the only
 * one that is the same without outer spaces as well. Nothing where none or several are.
 */
export function nameFinder(names: Iterable<string>): (name: string) => string | undefined {
  const all = [...new Set(names)];
  const indexes = forms.map((form) => {
    const byForm = new Map<string, readonly string[]>();
    for (const name of all) byForm.set(form(name), [...(byForm.get(form(name)) ?? []), name]);
    return { form, byForm };
  });
  return (name) => {
    for (const { form, byForm } of indexes) {
      const found = byForm.get(form(name));
      if (found) return found.length === 1 ? found[0] : undefined;
    }
    return undefined;
  };
}

/** Whether two spellings are of one name, as `nameFinder` has it. */
export const isSameName = (one: string, other: string): boolean => nameFinder([other])(one) !== undefined;
