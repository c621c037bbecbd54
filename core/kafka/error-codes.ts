/** Kafka's error codes that mean something to us, by their names in its protocol. */
export const kafkaErrors = {
  UNKNOWN_SERVER_ERROR: -1,
  NONE: 0,
  OFFSET_OUT_OF_RANGE: 1,
  UNKNOWN_TOPIC_OR_PARTITION: 3,
  LEADER_NOT_AVAILABLE: 5,
  NOT_LEADER_OR_FOLLOWER: 6,
  REQUEST_TIMED_OUT: 7,
  REPLICA_NOT_AVAILABLE: 9,
  NETWORK_EXCEPTION: 13,
  COORDINATOR_LOAD_IN_PROGRESS: 14,
  COORDINATOR_NOT_AVAILABLE: 15,
  NOT_COORDINATOR: 16,
  TOPIC_AUTHORIZATION_FAILED: 29,
  GROUP_AUTHORIZATION_FAILED: 30,
  CLUSTER_AUTHORIZATION_FAILED: 31,
  UNSUPPORTED_VERSION: 35,
  KAFKA_STORAGE_ERROR: 56,
  GROUP_ID_NOT_FOUND: 69,
  FENCED_LEADER_EPOCH: 74,
  UNKNOWN_LEADER_EPOCH: 75,
  OFFSET_NOT_AVAILABLE: 78,
  UNSTABLE_OFFSET_COMMIT: 88,
} as const;

const names = new Map(Object.entries(kafkaErrors).map(([name, code]): [number, string] => [code, name]));

/** As Kafka calls it. */
export const errorName = (code: number): string => names.get(code) ?? `error ${code}`;

/** Another broker is to be asked: what we know of leaders and coordinators is old. */
const moved: readonly number[] = [
  kafkaErrors.LEADER_NOT_AVAILABLE,
  kafkaErrors.NOT_LEADER_OR_FOLLOWER,
  kafkaErrors.REPLICA_NOT_AVAILABLE,
  kafkaErrors.COORDINATOR_NOT_AVAILABLE,
  kafkaErrors.NOT_COORDINATOR,
  kafkaErrors.FENCED_LEADER_EPOCH,
  kafkaErrors.UNKNOWN_LEADER_EPOCH,
];
export const isMoved = (code: number): boolean => moved.includes(code);

/** The same with what to do about it, where something of ours is not allowed. */
export const explainDenied = (code: number, kind: 'topic' | 'group', name: string): string => {
  const denied = {
    topic: kafkaErrors.TOPIC_AUTHORIZATION_FAILED,
    group: kafkaErrors.GROUP_AUTHORIZATION_FAILED,
  };
  return code === denied[kind]
    ? `${errorName(code)}: we may not Describe it; grant it with kafka-acls --add --allow-principal User:<us> --operation Describe --${kind} '${name}'`
    : errorName(code);
};
