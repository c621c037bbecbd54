/**
 * Derives something from a thing once, and gives the same answer for the same thing from then on; it is kept as long as the thing is.
 * Only for what does not change any more once it is read, such as a record and its parts; further arguments must not change the answer.
 */
export const onceFor = <Of extends object, Derived, Rest extends readonly unknown[] = []>(
  derive: (of: Of, ...rest: Rest) => Derived,
): ((of: Of, ...rest: Rest) => Derived) => {
  const known = new WeakMap<Of, { readonly derived: Derived }>();
  return (of, ...rest) => {
    let found = known.get(of);
    if (found === undefined) known.set(of, (found = { derived: derive(of, ...rest) }));
    return found.derived;
  };
};
