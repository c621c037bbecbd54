/** Values by group and topic, without a text made for each look-up. */
export class GroupTopicMap<Value> {
  readonly #groups = new Map<string, Map<string, Value>>();

  get({ group, topic }: { readonly group: string; readonly topic: string }): Value | undefined {
    return this.#groups.get(group)?.get(topic);
  }

  set({ group, topic }: { readonly group: string; readonly topic: string }, value: Value): void {
    let topics = this.#groups.get(group);
    if (topics === undefined) this.#groups.set(group, (topics = new Map()));
    topics.set(topic, value);
  }

  /** In the order in which groups, and then topics, came. */
  *values(): Generator<Value> {
    for (const topics of this.#groups.values()) yield* topics.values();
  }
}
