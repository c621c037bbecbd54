/** Names of the series that lagline's own samplers write into a record. */
export const hostSeries = {
  cpuPercent: 'host_cpu_percent',
  memoryUsedPercent: 'host_memory_used_percent',
  diskWriteBytes: 'host_disk_write_bytes',
  networkReceiveBytes: 'host_network_receive_bytes',
  processCpuPercent: 'process_cpu_percent',
  tickLateMs: 'lagline_tick_late',
} as const;

/** Cumulative counts of the application's histogram of completion times, by upper edge (`le`, in ms), their sum and count. */
export const completionSeries = {
  bucket: 'completion_bucket',
  sum: 'completion_sum',
  count: 'completion_count',
} as const;

/** Of what Prometheus answers, how old the newest sample behind it was; labelled `query`. */
export const sampleAgeSeries = 'prometheus_sample_age';
