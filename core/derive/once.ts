/**
 * Derives something from a thing once, and gives the same answer for the same thing from then on; it is kept as long as the thing is.
 * Only for what does not change any more once it is read, such as a record and its parts.
 */
export const onceFor = <Of extends object, Derived>(derive: (of: Of) => Derived): ((of: Of) => Derived) => {
  const known = new WeakMap<Of, { readonly derived: Derived }>();
  return (of) => {
    let found = known.get(of);
    if (found === undefined) known.set(of, (found = { derived: derive(of) }));
    return found.derived;
  };
};
