type Named = { readonly group: string; readonly topic: string; readonly partition: number };

/** Values by group, topic and partition, without a text made for each look-up: of 100,000 a tick those would cost most. */
export class GroupPartitionMap<Value> {
  readonly #groups = new Map<string, Map<string, (Value | undefined)[]>>();

  get({ group, topic, partition }: Named): Value | undefined {
    return this.#groups.get(group)?.get(topic)?.[partition];
  }

  set({ group, topic, partition }: Named, value: Value): void {
    let topics = this.#groups.get(group);
    if (topics === undefined) this.#groups.set(group, (topics = new Map()));
    let values = topics.get(topic);
    if (values === undefined) topics.set(topic, (values = []));
    values[partition] = value;
  }

  /** In the order in which groups, and then topics, came; partitions ascending. */
  *values(): Generator<Value> {
    for (const topics of this.#groups.values())
      for (const values of topics.values()) for (const value of values) if (value !== undefined) yield value;
  }
}
