// The limit of a quota of Compute Engine.

interface Limit {
  metric: string;
  limit: number;
}

/** An unknown metric has no known limit. Spot VMs have quotas of their own, once Google has granted them to the project. */
export function limitOf(quotas: readonly Limit[], metric: string, isSpot: boolean): number {
  // Virtual CPUs of all families have one such quota: https://cloud.google.com/compute/resource-usage#preemptible_quotas
  const spot = metric.endsWith('CPUS') ? 'PREEMPTIBLE_CPUS' : `PREEMPTIBLE_${metric}`;
  const limitsOf = (wanted: string): number[] =>
    quotas.filter((one) => one.metric === wanted).map(({ limit }) => limit);
  const limits = limitsOf(metric);
  return limits.length === 0 ? Infinity : Math.max(...limits, ...(isSpot ? limitsOf(spot) : []));
}
