/*
 * Records of __consumer_offsets, in which group coordinators keep what groups committed. Formats: the schemas under
 * `common/message` of Kafka's group coordinator (keys 0 and 1 commits, 2 groups of the classic protocol, 3 to 8 and 16
 * the consumer protocol of KIP-848, 10 to 15 share groups, 17 to 23 streams groups). Numbers are big-endian.
 */

export type GroupRecord =
  /** `offset` is null for a tombstone: the commit was deleted with its group or topic, or had expired. */
  | {
      readonly kind: 'offset-commit';
      readonly group: string;
      readonly topic: string;
      readonly partition: number;
      readonly offset: bigint | null;
    }
  /** State or members of a group. */
  | { readonly kind: 'group-state'; readonly group: string }
  /** A version this decoder does not know, or bytes that end too early. */
  | { readonly kind: 'unreadable'; readonly keyVersion: number | null; readonly valueVersion: number | null };

/** Last version of a key that begins with the group's name, and last version of a commit's value. */
const lastKeyVersion = 23;
const lastValueVersion = 4;

/** Decodes one record; a null value is a tombstone. Never throws. */
export const readGroupRecord = (key: Buffer | null, value: Buffer | null): GroupRecord => {
  const keyVersion = key !== null && key.length >= 2 ? key.readInt16BE(0) : null;
  const unreadable = (valueVersion: number | null = null): GroupRecord => ({
    kind: 'unreadable',
    keyVersion,
    valueVersion,
  });
  if (key === null || keyVersion === null || keyVersion < 0 || keyVersion > lastKeyVersion)
    return unreadable();
  const group = readString(key, 2);
  if (group === undefined) return unreadable();
  if (keyVersion > 1) return { kind: 'group-state', group: group.text };
  const topic = readString(key, group.next);
  if (topic === undefined || key.length < topic.next + 4) return unreadable();
  const names = { group: group.text, topic: topic.text, partition: key.readInt32BE(topic.next) };
  if (value === null) return { kind: 'offset-commit', ...names, offset: null };
  const valueVersion = value.length >= 2 ? value.readInt16BE(0) : null;
  // Every version begins with the offset; what stands behind it (metadata, times, topic id) is not needed.
  if (valueVersion === null || valueVersion < 0 || valueVersion > lastValueVersion || value.length < 10)
    return unreadable(valueVersion);
  return { kind: 'offset-commit', ...names, offset: value.readBigInt64BE(2) };
};

/** Length int16, then UTF-8. */
const readString = (bytes: Buffer, at: number): { text: string; next: number } | undefined => {
  if (bytes.length < at + 2) return undefined;
  const next = at + 2 + bytes.readInt16BE(at);
  return next < at + 2 || next > bytes.length
    ? undefined
    : { text: bytes.toString('utf8', at + 2, next), next };
};
